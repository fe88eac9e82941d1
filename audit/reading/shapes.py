"""The shapes of cells of which it is certain how they are read, without asking `cells`; a database is told them."""

FIRST_YEAR, LAST_YEAR = 1901, 2199  # both included; a system's "never" is no day

# A code that `cells.dossier_id` gives back as it is: the national shape, or one too short to be of it.
NATIONAL_CODE = r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}-[0-9]{6}-[0-9]{4,}"
SHORT_CODE = r"[0-9A-Z._/-]*[0-9][0-9A-Z._/-]*"
MOST_SHORT = 15  # letters; a national code has 17 at the least
READABLE_CODE = r"[0-9A-Za-z._/-]*[0-9][0-9A-Za-z._/-]*"  # one word with a figure: neither a name nor a note

_YEAR = "(190[1-9]|19[1-9][0-9]|2[01][0-9]{2})"  # the years above
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY_FIRST = f"[0-3][0-9]/[01][0-9]/{_YEAR}"
_ISO = f"{_YEAR}-[01][0-9]-[0-3][0-9]"
MOMENTS = {  # a shape that means the same to strptime, by the form beside it, and to `cells.moment`
    _DAY_FIRST: "%d/%m/%Y", f"{_DAY_FIRST} {_CLOCK}": "%d/%m/%Y %H:%M",
    f"{_DAY_FIRST} {_CLOCK}:[0-5][0-9]": "%d/%m/%Y %H:%M:%S",
    _ISO: "%Y-%m-%d", f"{_ISO} {_CLOCK}": "%Y-%m-%d %H:%M", f"{_ISO} {_CLOCK}:[0-5][0-9]": "%Y-%m-%d %H:%M:%S",
}  # fmt: skip
ONLY_ORDER = (  # a day that can only be written day first, and one that can only be written month first
    r"^\s*(1[3-9]|2[0-9]|3[01])/(0?[1-9]|1[0-2])/[0-9]{4}", r"^\s*(0?[1-9]|1[0-2])/(1[3-9]|2[0-9]|3[01])/[0-9]{4}",
)  # fmt: skip
