import pandas as pd
import xarray as xr
from ask import CHOSEN, KEYS, Pandas, run


class Xarray(Pandas):
    """Traces as an array of points and times, with the grid as coordinates."""

    def __init__(self, read):
        super().__init__(lambda paths, form: pd.concat([read(path) for path in paths], ignore_index=True))

    def cube(self, frame):
        return xr.Dataset.from_dataframe(frame.assign(key=frame["key"].astype(str)).set_index(["key", "time"]))

    def wide(self, frame):
        data = xr.Dataset.from_dataframe(frame.set_index("time"))
        return {key: float(data[f"V/{key}"].mean()) for key in KEYS}

    def mean(self, frame):
        means = self.cube(frame)["V"].mean("time")
        return {key: float(means.sel(key=key)) for key in KEYS}

    def counted(self, values):
        return {"rows": int(values.size), "mean": float(values.mean())}

    def filter(self, frame):
        data = self.cube(frame)
        return self.counted(data["V"].where(data["C"] == CHOSEN, drop=True))

    def join(self, frame, points):
        status = xr.Dataset.from_dataframe(points.assign(key=points["key"].astype(str)).set_index("key"))["status"]
        return self.counted(self.cube(frame)["V"].where(status == "ok", drop=True))


run(xr.__version__, {"arrow": Xarray(pd.read_feather), "parquet": Xarray(pd.read_parquet)})
