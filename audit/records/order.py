"""The records by name, in the order of problems, of the evidence on a case, and of the sums; a file of this room each.

Apart from the registry, because the command line names its options by them before anything heavy is loaded.
"""

REQUIRED = ("software", "register")
EVIDENCE = ("control_slips", "result_papers", "stops", "apologies", "explanations")  # further records that judging asks
BESIDE = ("online_procedures", "claims", "previous_claims")  # no verdict rests on them
NAMES = (*REQUIRED, *EVIDENCE, *BESIDE)
