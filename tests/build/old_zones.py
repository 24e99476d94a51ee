"""Folders of time zone files in which the clocks of some zones go as in others."""

from importlib import resources


def zone_folder(folder, **goes_as):
    """Make a folder such as a machine has, whose zones go as others do.

    `zone_folder(path, America__Vancouver="America/Los_Angeles")`: Vancouver by the rules of Los
    Angeles.
    """
    for name, other in goes_as.items():
        file = folder / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((resources.files("tzdata") / "zoneinfo" / other).read_bytes())
    return folder
