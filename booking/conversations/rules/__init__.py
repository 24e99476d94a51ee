"""Pure rules: values in, values out; no database, no settings, no clock and no chance."""
