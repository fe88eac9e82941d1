"""What a column of a record is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column of ours: how its cells are read, whether the file must have it, whether a cell may be empty.

    `is_vital`: no verdict can be given without reading it; a cell of any other column that cannot be read is
    listed and left empty, and its row is judged. `is_personal`: never repeated, not even in a message.
    """

    kind: str
    is_required: bool = False
    may_be_empty: bool = True
    is_vital: bool = True
    is_personal: bool = False
