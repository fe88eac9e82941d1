"""Many made-up dossiers with awkward cases at random."""

from datetime import datetime, timedelta
from random import Random

from tables import kinds_of

from audit.records.registry import JUDGED_RECORDS

FIRST = datetime(2025, 4, 1)


def records(dossiers: int, seed: int = 7) -> dict[str, dict[str, list]]:
    """Columns of each record that judging asks for; about one dossier in ten has further evidence."""
    random = Random(seed)
    found: dict[str, list[dict]] = {name: [] for name in JUDGED_RECORDS}

    def day(first: int, last: int) -> datetime:
        return FIRST + timedelta(days=random.randint(first, last))

    for number in range(dossiers):
        code, received = f"d{number:07d}", day(0, 15)
        due = received + timedelta(days=random.choice((5, 7, 7, 10)))
        closed = due + timedelta(days=random.choice((-2, -1, 0, 0, 0, 1, 3)))
        status = random.choice(("returned",) * 20 + ("withdrawn", "refused", "processed", "in_process", "stopped"))
        is_open = status in ("in_process", "stopped")
        row = {"dossier_id": code, "received_at": received + timedelta(hours=random.choice((8, 16))), "due_at": due + timedelta(hours=17),
               "closed_at": None if is_open else closed + timedelta(hours=random.randint(8, 16)), "status": status,
               "procedure_key": random.choice("xyz"), "unit_level": random.choice(("commune", "commune", "upper_level"))}  # fmt: skip
        found["software"] += [row] * (2 if random.random() < 0.01 else 1)
        returned = due + timedelta(days=random.choice((-2, -1, 0, 0, 1, 2)))
        if random.random() < 0.9:
            line = {"dossier_id": code, "received_on": received, "due_on": due + timedelta(days=random.choice((0,) * 12 + (2,))),
                    "returned_on": random.choice((returned, returned, returned, None)), "signed": random.random() < 0.9}  # fmt: skip
            found["register"] += [line] * (2 if random.random() < 0.01 else 1)
        if random.random() < 0.1:
            up, back = received + timedelta(days=1, hours=9), due + timedelta(days=random.choice((-1, 1)), hours=9)
            out = received + timedelta(days=1, hours=8)
            hops = [
                ("desk", "commune", out),
                ("commune", "upper_level", up),
                ("upper_level", random.choice(("desk", "applicant")), back),
            ]
            found["control_slips"] += [
                {"dossier_id": code, "from_unit": a, "to_unit": b, "from_level": a, "to_level": b, "handed_at": at}
                for a, b, at in hops
            ]
        if random.random() < 0.05:
            found["result_papers"].append(
                {"dossier_id": code, "number": "1", "issued_on": due + timedelta(days=random.choice((-1, 1)))}
            )
        if random.random() < 0.03:
            found["postal"].append(
                {"dossier_id": code, "number": "V1", "sent_on": due + timedelta(days=random.choice((-1, 0, 1)))}
            )
        for _ in range(random.choice((0,) * 20 + (1, 2))):
            begin = received + timedelta(days=random.randint(1, 3))
            found["stops"].append(
                {"dossier_id": code, "from_on": begin, "to_on": begin + timedelta(days=random.randint(0, 4))}
            )
        if status == "stopped" and random.random() < 0.5:
            found["stops"].append({"dossier_id": code, "from_on": received + timedelta(days=2), "to_on": None})
        if random.random() < 0.02:
            found["apologies"].append(
                {"dossier_id": code, "dated_on": due - timedelta(days=1), "new_due_on": due + timedelta(days=5)}
            )
        if random.random() < 0.01:
            found["explanations"].append({"dossier_id": code, "cause": "data_synchronisation"})
    random.shuffle(found["register"])
    return {name: _columns(name, rows) for name, rows in found.items()}


def _columns(name: str, rows: list[dict]) -> dict[str, list]:
    always = {"seq": list(range(1, len(rows) + 1)), "is_readable": [True] * len(rows),
              "is_struck": [False] * len(rows)}  # fmt: skip
    return {column: always.get(column) or [row.get(column) for row in rows] for column in kinds_of(name)}
