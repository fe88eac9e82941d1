"""The records by name, in the order of problems, of the evidence on a case, and of the sums; a file of this room each.

Apart from the registry, because the command line names its options by them before anything heavy is loaded.
"""

REQUIRED = ("software", "register")
# further records that judging asks
EVIDENCE = ("control_slips", "result_papers", "postal", "stops", "apologies", "explanations")
BESIDE = ("online_procedures", "claims", "previous_claims", "portal", "followup", "papers")  # no verdict rests on them
NAMES = (*REQUIRED, *EVIDENCE, *BESIDE)
