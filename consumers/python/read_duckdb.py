import duckdb
import pyarrow.dataset as ds
from ask import Sql, run


def load(paths, form):
    return duckdb.read_parquet(paths) if form == "parquet" else ds.dataset(paths, format="ipc")


def query(text, tables):
    connection = duckdb.connect() if all(isinstance(table, ds.Dataset) for table in tables.values()) else duckdb
    for name, table in tables.items():
        connection.register(name, table) if connection is not duckdb else table.create_view(name, replace=True)
    return connection.sql(text).fetchall()


run(duckdb.__version__, {form: Sql(load, query) for form in ("arrow", "parquet")})
