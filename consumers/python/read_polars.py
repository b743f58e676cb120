import polars as pl
from ask import ACROSS, CHOSEN, FEATURE, KEYS, run

readers = {"arrow": pl.scan_ipc, "parquet": pl.scan_parquet}


class Polars:
    def load(self, paths, form):
        return readers[form](paths)

    def wide(self, frame):
        return frame.select(pl.col(f"V/{key}").mean().alias(key) for key in KEYS).collect().to_dicts()[0]

    def mean(self, frame):
        rows = frame.group_by("key").agg(pl.col("V").mean()).collect().rows()
        return {key: value for key, value in rows if key in KEYS}

    def top(self, frame, feature):
        return frame.sort(feature, descending=True, nulls_last=True).head(1).collect().to_dicts()[0]

    def best(self, frame):
        row = self.top(frame, FEATURE)
        return {"key": row["key"], "value": row[FEATURE]}

    def across(self, frame):
        row = self.top(frame, ACROSS)
        return {"C": row["C"], "tau": row["tau"], "value": row[ACROSS]}

    def counted(self, frame):
        return frame.select(pl.len().alias("rows"), pl.col("V").mean().alias("mean")).collect().to_dicts()[0]

    def join(self, frame, points):
        return self.counted(frame.join(points, on="key").filter(pl.col("status") == "ok"))

    def filter(self, frame):
        return self.counted(frame.filter(pl.col("C") == CHOSEN))

    def failed(self, frame):
        return frame.filter(pl.col("status") != "ok").collect()["key"].to_list()


run(pl.__version__, {"arrow": Polars(), "parquet": Polars()})
