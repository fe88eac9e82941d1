"""No input makes the toolkit fail without a message, lose a row, or tell a name: the short form of a campaign.

The long one: `python benchmarks/campaign.py --folders 10000 --kills 200`.
"""

from collections.abc import Iterator
from dataclasses import replace

import mutated
import ordeal
import pytest
from conftest import XA_MAU
from folders import REGISTER, SOFTWARE, folder, with_column
from mutated import MUTATIONS, NAMES, TRUTH
from typer.testing import CliRunner

from audit.commands.line import STEERING
from audit.commands.main import app
from audit.findings import at_once, edition, schema
from audit.ground import key
from audit.ground.terms import Edition
from audit.lake import lake  # noqa: F401  what a lake is judged by is there before its test begins
from audit.reading import load

# Folders --------------------------------------------------------------------------------------------------------------


def few() -> list[int]:
    """Seeds, few, under which everything there is to be done to a folder is done at least once."""
    done = {seed: set(mutated.draft(seed).done) for seed in range(500)}
    wanted, chosen = {one.__name__ for one in MUTATIONS}, []
    while wanted:
        chosen.append(max(done, key=lambda seed: len(done[seed] & wanted)))
        wanted -= done[chosen[-1]]
    return chosen


@pytest.mark.parametrize("seed", few())
def test_a_spoilt_folder_is_refused_with_a_message_or_judged_without_a_row_a_name_or_a_wrong_verdict(tmp_path, seed):
    seen = ordeal.of(seed, tmp_path / "xa-thu" / "2025-04", is_whole=seed == few()[0])
    assert [what for _, what in seen.faults] == []


@pytest.fixture(scope="module")
def unspoilt(tmp_path_factory):
    """The folder before anything is done to it, and what is found in it."""
    draft = mutated.unspoilt(0)
    office = load.office(mutated.write(draft, tmp_path_factory.mktemp("unspoilt") / "xa-thu" / "2025-04"))
    return draft, office, at_once.result(office)


def test_the_campaign_knows_what_is_true_of_the_folder_before_it_is_spoilt(unspoilt):
    draft, _, result = unspoilt
    assert {one.dossier_id: str(one.verdict) for one in result.judged} == TRUTH
    assert [*ordeal.verdicts(result), *ordeal.rows(draft, result)] == []


def test_the_campaign_sees_a_verdict_that_turned_a_row_that_is_gone_and_a_name(unspoilt):
    draft, office, result = unspoilt
    late = result.in_columns.kinds[0].model_copy(update={"verdict": "late"})
    turned = [one._replace(kind=late) for one in result.in_columns.each if TRUTH[one.dossier_id] == "on_time"]
    others = schema.Dossiers.of(turned)
    assert len([*ordeal.verdicts(result.model_copy(update={"cases": (), "in_columns": others}))]) == 2
    counted = result.accounting["register"]
    for less in ({"judged": counted.judged - 1}, {"judged": counted.judged - 1, "rows": counted.rows - 1}):
        accounting = result.accounting | {"register": counted.model_copy(update=less)}
        assert len([*ordeal.rows(draft, result.model_copy(update={"accounting": accounting}))]) == 1
    told = edition.in_edition(result, Edition.SHAREABLE, office.key)
    named = told.model_copy(update={"office": told.office.model_copy(update={"commune": NAMES[0].upper()})})
    assert ([*ordeal.names(told)], len([*ordeal.names(named)])) == ([], 1)


# Hostile texts --------------------------------------------------------------------------------------------------------

STEERS = "\x1b[2J\x1b]0;x\x07\x9b31m\u202egnp\u2066"


def commands(path) -> Iterator[list[str]]:
    out = path.parent / "ra"
    (path.parent / f"ghi chú {STEERS}.json").write_text(f'{{"format": "{STEERS}"')
    yield ["check", str(path)]
    yield ["drift", str(path / "software.csv"), str(path), "-o", str(out / "drift")]
    yield ["days", str(path), "H-1"]
    yield ["notes", "add", str(path), str(path.parent / f"ghi chú {STEERS}.json")]
    yield ["bundle", str(path), "-o", str(out / "x.zip")]
    yield ["verify", str(path.parent / STEERS)]
    yield ["check", str(path.parent / STEERS)]


def test_no_text_of_a_file_and_no_name_of_one_steers_the_terminal_whatever_the_command(tmp_path):
    software = with_column(SOFTWARE, "Trạng thái", STEERS, f"Đã trả {STEERS}").replace("08/04/2025 08:00", STEERS)
    path = folder(
        tmp_path / "xa-thu",
        software__csv=with_column(software, f"Cột {STEERS}", STEERS, STEERS),
        register__csv=REGISTER.replace("H-2", f"H-2{STEERS}"),
        **{f"sổ {STEERS}__csv": REGISTER, f"{STEERS}__xlsx": b"PK"},
    )
    said = {" ".join(line[:1]): CliRunner().invoke(app, line).output for line in commands(path)}
    assert {name: STEERING.findall(text) for name, text in said.items() if STEERING.search(text)} == {}
    assert sum("\ufffd" in text for text in said.values()) >= 3  # it was there to be shown


def test_quotes_in_the_path_the_columns_and_the_cells_of_a_lake_are_no_sql(tmp_path):
    beside = folder(tmp_path / "plain")
    for name in ("software", "register"):
        table = {"software": SOFTWARE, "register": REGISTER.replace("Mã hồ sơ", "Số hồ sơ")}[name]
        odd = with_column(table, "x'\"; DROP TABLE software; --",
                          "'; DROP TABLE register; --", "\"; SELECT 1; --")  # fmt: skip
        folder(tmp_path / "a'; DROP TABLE b; --\"", **{f"{name}__csv": odd})
    days = ["--as-of", "2025-05-05", "--first-on", "2025-04-01", "--last-on", "2025-04-30"]
    told = []
    for place in (beside, tmp_path / "a'; DROP TABLE b; --\""):
        files = [str(place / f"{name}.csv") for name in ("software", "register")]
        done = CliRunner().invoke(app, ["lake", *files, *days, "-o", str(tmp_path / f"out {place.name}")])
        assert done.exit_code == 0, done.output
        told.append(
            sorted(
                path.relative_to(tmp_path / f"out {place.name}")
                for path in (tmp_path / f"out {place.name}").rglob("*.*")
            )
        )
    assert told[0] == told[1] != []


# Differencing ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def periods() -> list:
    """Two periods of one office, the second of which holds dossiers of the first."""
    return [load.office(XA_MAU.parent / period) for period in ("2025-q3", "2025-q4")]


@pytest.fixture(scope="module")
def results(periods) -> list:
    return [at_once.result(office) for office in periods]


def strings(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(strings, value), *map(strings, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(strings, value)) if value else set()
    return {value} if isinstance(value, str) else set()


def test_two_periods_under_one_key_are_linked_by_the_keyed_code_alone_and_under_two_keys_by_none(periods, results):
    own = [{one.dossier_id for one in result.judged} for result in results]
    both, mine, other = own[0] & own[1], periods[0].key, bytes(range(32))
    told = [edition.in_edition(result, Edition.SHAREABLE, mine).model_dump(mode="json") for result in results]
    elsewhere = at_once.result(replace(periods[1], key=other))
    apart = edition.in_edition(elsewhere, Edition.SHAREABLE, other).model_dump(mode="json")
    keyed = [{key.dossier_code(code, with_key) for code in codes}
             for codes, with_key in ((own[0], mine), (own[1], mine), (own[1], other))]  # fmt: skip
    texts = [strings(one) for one in (*told, apart)]
    assert keyed[0] & keyed[1] == {key.dossier_code(code, mine) for code in both}
    assert keyed[0] <= texts[0]
    assert (keyed[0] | keyed[1]) & texts[2] == set()
    for said, codes in zip(texts, (own[0], own[1], own[1]), strict=True):
        assert codes & said == set()
    marks = [
        {case["fingerprint"] for case in one["cases"]} | {one_["sha256"] for one_ in one["inputs"]}
        for one in (*told, apart)
    ]
    assert marks[0] & marks[2] == marks[1] & marks[2] == set()
