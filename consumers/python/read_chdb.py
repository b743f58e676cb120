import json

import chdb
from ask import Sql, run

FORMATS = {"arrow": "Arrow", "parquet": "Parquet"}


def load(paths, form):
    part = " UNION ALL ".join(f"SELECT * FROM file('{path}', '{FORMATS[form]}')" for path in paths)
    return f"({part})"


def query(text, tables):
    named = ", ".join(f"{name} AS {source}" for name, source in tables.items())
    return [list(json.loads(line)) for line in str(chdb.query(f"WITH {named} {text}", "JSONCompactEachRow")).splitlines()]


run(chdb.chdb_version if isinstance(chdb.chdb_version, str) else chdb.__version__, {form: Sql(load, query) for form in FORMATS})
