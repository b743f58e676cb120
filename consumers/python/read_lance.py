import tempfile

import lance
import pyarrow.dataset as ds
from ask import CHOSEN, Pandas, run

folder = tempfile.TemporaryDirectory()
FORMATS = {"arrow": "ipc", "parquet": "parquet"}


class Lance(Pandas):
    """Tables of Arrow, written to Lance's own format and read from it."""

    def __init__(self):
        super().__init__(lambda paths, form: self.written(paths, form).to_table().to_pandas())

    def written(self, paths, form):
        table = ds.dataset(paths, format=FORMATS[form]).to_table()
        return lance.write_dataset(table, f"{folder.name}/table", mode="overwrite")

    def filter(self, frame):
        found = lance.write_dataset(frame, f"{folder.name}/filtered", mode="overwrite").to_table(filter=f"C = {CHOSEN}").to_pandas()
        return {"rows": len(found), "mean": float(found["V"].mean())}


run(lance.__version__, {"arrow": Lance(), "parquet": Lance()})
