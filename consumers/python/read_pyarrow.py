import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from ask import ACROSS, CHOSEN, FEATURE, KEYS, run


class Arrow:
    def load(self, paths, form):
        return ds.dataset(paths, format={"arrow": "ipc", "parquet": "parquet"}[form])

    def wide(self, data):
        table = data.to_table()
        return {key: pc.mean(table[f"V/{key}"]).as_py() for key in KEYS}

    def mean(self, data):
        means = data.to_table().group_by("key").aggregate([("V", "mean")]).to_pylist()
        return {row["key"]: row["V_mean"] for row in means if row["key"] in KEYS}

    def top(self, data, feature):
        return data.to_table().sort_by([(feature, "descending")]).slice(0, 1).to_pylist()[0]

    def best(self, data):
        row = self.top(data, FEATURE)
        return {"key": row["key"], "value": row[FEATURE]}

    def across(self, data):
        row = self.top(data, ACROSS)
        return {"C": row["C"], "tau": row["tau"], "value": row[ACROSS]}

    def counted(self, table):
        return {"rows": table.num_rows, "mean": pc.mean(table["V"]).as_py()}

    def join(self, data, points):
        joined = data.join(points, "key", join_type="inner", right_suffix="_map")
        return self.counted(joined.to_table(filter=ds.field("status") == "ok"))

    def filter(self, data):
        return self.counted(data.to_table(filter=ds.field("C") == CHOSEN))

    def failed(self, data):
        return data.to_table(filter=ds.field("status") != "ok")["key"].to_pylist()


run(pa.__version__, {"arrow": Arrow(), "parquet": Arrow()})
