import datafusion
from ask import Sql, run


def load(paths, form):
    return paths, form


def query(text, tables):
    context = datafusion.SessionContext()
    for name, (paths, form) in tables.items():
        read = context.read_parquet if form == "parquet" else context.read_arrow
        frame = read(paths[0], file_extension=f".{form}")
        for path in paths[1:]:
            frame = frame.union(read(path, file_extension=f".{form}"))
        context.register_view(name, frame)
    return [list(row.values()) for row in context.sql(text).to_pylist()]


run(datafusion.__version__, {form: Sql(load, query) for form in ("arrow", "parquet")})
