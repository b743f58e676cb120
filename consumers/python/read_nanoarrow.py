import nanoarrow as na
from ask import Columns, run
from nanoarrow.ipc import InputStream


def read(path, form):
    with InputStream.from_path(f"{path}s") as stream:
        array = na.ArrayStream(stream).read_all()
    return {field.name: list(column.iter_py()) for field, column in zip(array.schema.fields, array.iter_children(), strict=True)}


class Nanoarrow(Columns):
    """It reads streams, and those that apache-arrow writes into files have no schema where a stream begins."""

    no_store = True


run(na.__version__, {"arrow": Nanoarrow(read)})
