import dask
import dask.dataframe as dd
from ask import CHOSEN, KEYS, Pandas, run


class Dask(Pandas):
    def __init__(self):
        super().__init__(lambda paths, form: dd.read_parquet(paths))

    def wide(self, frame):
        return super().wide(frame.compute())

    def mean(self, frame):
        means = frame.groupby("key")["V"].mean().compute()
        return {key: float(means[key]) for key in KEYS}

    def best(self, frame):
        return super().best(frame.compute())

    def across(self, frame):
        return super().across(frame.compute())

    def filter(self, frame):
        return super().filter(frame[frame["C"] == CHOSEN].compute())

    def join(self, frame, points):
        kept = frame.merge(points[["key", "status"]], on="key")
        kept = kept[kept["status"] == "ok"].compute()
        return {"rows": len(kept), "mean": float(kept["V"].mean())}

    def failed(self, frame):
        return super().failed(frame.compute())


dask.config.set(scheduler="synchronous")
run(dask.__version__, {"parquet": Dask()})
