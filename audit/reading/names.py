"""Names of people and procedures as they are compared, and the register's lines that name another than the software."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping

import pandas as pd
from rapidfuzz.distance import OSA

from audit.reading import cells
from audit.reading.lines import reference_lines

LEAST_NAME_SIMILARITY = 90  # percent: one letter in ten
FEWEST_WORDS = 2  # in a name that tells people apart
_HONORIFICS = {"ông", "bà", "anh", "chị", "em", "cô", "chú", "bác", "cụ", "hộ", "ong", "ba"}


def name_key(text: str) -> str:
    """A person's name as it is compared: without marks, case, form of address and order; "" if it is one word only."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())
    while len(words) > FEWEST_WORDS and words[0] in _HONORIFICS:
        words = words[1:]
    return " ".join(sorted(unmarked(" ".join(words)).split())) if len(words) >= FEWEST_WORDS else ""


def unmarked(text: str) -> str:
    """`text` without case and marks; đ is d."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def may_be_one_person(one: str, other: str) -> bool:
    """Whether two names as typed may be of one person: all words of one stand in the other, a form of address, marks
    and case aside."""
    words, others = (_without_address(re.findall(r"\w+", cells.folded(name))) for name in (one, other))
    return words <= others or others <= words


def _without_address(words: list[str]) -> set[str]:
    is_addressed = len(words) > 1 and words[0] in _HONORIFICS
    return set(unmarked(" ".join(words[is_addressed:])).split())


def are_two_people(one: str, other: str) -> bool:
    """Whether two keys of names are of two people for certain; one that is empty tells nobody apart.

    Neither holds the other, and more than a letter in ten differs.
    """
    if not one or not other or one == other:
        return False
    words, others = set(one.split()), set(other.split())
    if words <= others or others <= words:
        return False
    most_edits = max(len(one), len(other)) * (100 - LEAST_NAME_SIMILARITY) // 100
    return OSA.distance(one, other, score_cutoff=most_edits) > most_edits


def named_otherwise(software: pd.DataFrame, register: pd.DataFrame) -> pd.Series:
    """For each line of the register whether it names another `applicant` or `procedure` than the software has under
    its code; null where it does not, or one of the two is not written.

    A procedure is another where it is that of other dossiers in the software and not of this one: an abbreviation is
    not.
    """
    known = software[software["dossier_id"].notna()]
    people, procedures = (_by_dossier(known, name) for name in ("applicant", "procedure_key"))
    every = set(known["procedure_key"].dropna())
    lines = register[["dossier_id", "applicant", "procedure_key"]].to_dict("records")
    return pd.Series([_another(line, people, procedures, every) for line in lines], index=register.index, dtype="str")


def _by_dossier(known: pd.DataFrame, name: str) -> dict[str, set[str]]:
    """What stands in a column, by dossier; a dossier of which nothing does is left out."""
    by_dossier = defaultdict(set)
    written = known.loc[known[name].notna(), ["dossier_id", name]]
    for code, text in zip(written["dossier_id"], written[name], strict=True):
        by_dossier[code].add(text)
    return by_dossier


def _another(
    line: dict, people: Mapping[str, set[str]], procedures: Mapping[str, set[str]], every: set[str]
) -> str | None:
    code, name, procedure = (line[part] if isinstance(line[part], str) else None for part in line)
    known_people, known_procedures = people.get(code or "", ()), procedures.get(code or "", ())
    if known_people and name is not None and name not in known_people:
        key = name_key(name)
        if all(are_two_people(key, name_key(other)) for other in known_people):
            return "applicant"
    if known_procedures and procedure in every and procedure not in known_procedures:
        return "procedure"
    return None


def may_be_results(titles: pd.Series) -> pd.Series:
    """For each title of a paper whether it may be a result: it holds no phrase of `titles.csv`, or is empty."""
    told = [cells.folded(line["phrase"]) for line in reference_lines("titles.csv")]
    folded = [cells.folded(title) if isinstance(title, str) else "" for title in titles]
    return pd.Series([not any(phrase in title for phrase in told) for title in folded], index=titles.index, dtype=bool)
