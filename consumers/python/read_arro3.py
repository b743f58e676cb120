import arro3.core
from arro3.io import read_ipc, read_parquet
from ask import Columns, run

readers = {"arrow": read_ipc, "parquet": read_parquet}


def read(path, form):
    table = readers[form](path).read_all()
    return {name: [value.as_py() for value in table.column(name)] for name in table.column_names}


run(arro3.core.__version__ if hasattr(arro3.core, "__version__") else "", {form: Columns(read) for form in readers})
