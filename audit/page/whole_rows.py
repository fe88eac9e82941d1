"""A worksheet that takes a whole row at once: a year's workbook has a million cells, and each has few different ones.

What is written is what the library writes cell by cell, but for the spans of rows, which a file need not have. It rests
on how the library keeps cells until the file is closed; a test holds both against each other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

Made: TypeAlias = CellBlankTuple | CellNumberTuple | CellStringTuple


class RowSheet(Worksheet):
    """A worksheet whose cells may be made once and put into many rows."""

    def made(self, value: str | float | datetime | None, style: Format) -> Made:
        """A cell: a text, a number, a moment, or nothing but its format."""
        if isinstance(value, str):
            index = self.str_table._get_shared_string_index(value)
            self.str_table.count -= 1  # until it is put
            return CellStringTuple(index, style)
        if isinstance(value, datetime):
            return CellNumberTuple(self._convert_date_time(value), style)
        return CellBlankTuple(style) if value is None else CellNumberTuple(value, style)

    def put(self, row: int, cells: Sequence[Made]) -> None:
        """Cells as a row, from the first column on; one that is written again later keeps its place."""
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(cells) - 1)
        self.table[row] = dict(enumerate(cells))
        self.str_table.count += sum(cell.__class__ is CellStringTuple for cell in cells)

    def _write_rows(self) -> None:
        """The rows as XML; cells that are of other kinds, as the library writes them."""
        columns = [xl_col_to_name(column) for column in range(self.dim_colmax + 1)]
        styles: dict[int, str] = {}
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            cells, info = self.table.get(row), self.row_info.get(row)
            if not cells:
                if info is not None:
                    self._write_empty_row(row, None, info)
                continue
            self._write_row(row, None, info)
            parts = []
            for column, cell in cells.items():
                kind, style = cell.__class__, id(cell.format)
                if style not in styles:
                    styles[style] = f' s="{cell.format._get_xf_index()}"' if cell.format else ""
                place = f'<c r="{columns[column]}{row + 1}"{styles[style]}'
                if kind is CellStringTuple:
                    parts.append(f'{place} t="s"><v>{cell.string}</v></c>')
                elif kind is CellNumberTuple:
                    parts.append(f"{place}><v>{cell.number:.16G}</v></c>")
                elif kind is CellBlankTuple:
                    parts.append(f"{place}/>")
                else:
                    self.fh.write("".join(parts))
                    parts.clear()
                    self._write_cell(row, column, cell)
            self.fh.write("".join(parts))
            self._xml_end_tag("row")
