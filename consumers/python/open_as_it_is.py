"""Opens the directory of a stored sweep without traces as it is, and files that are compressed, by those who are said to take them."""

import json
import math
import sys
from pathlib import Path

import dask.dataframe
import datafusion
import duckdb
import nanoarrow as na
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
from arro3.io import read_ipc, read_parquet
from nanoarrow.ipc import InputStream

folder = Path(sys.argv[1])
directory, parquet, arrow = (str(folder / name) for name in ("DIR", "x.parquet", "x.arrow"))


def fused(path):
    return datafusion.SessionContext().read_parquet(path).to_pydict()["V_mean"]


def queried(path):
    return [value for (value,) in duckdb.sql(f"SELECT V_mean FROM read_parquet('{path}')").fetchall()]


def rust(table):
    return [value.as_py() for value in table.column("V_mean")]


def streamed(path):
    with InputStream.from_path(path) as stream:
        array = na.ArrayStream(stream).read_all()
    names = [field.name for field in array.schema.fields]
    return list(list(array.iter_children())[names.index("V_mean")].iter_py())


def spark():
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    values = [row.V_mean for row in session.read.parquet(directory).select("V_mean").collect()]
    session.stop()
    return values


directories = {
    "pandas": lambda: pd.read_parquet(directory)["V_mean"],
    "pyarrow": lambda: ds.dataset(directory).to_table()["V_mean"].to_pylist(),
    "Polars": lambda: pl.scan_parquet(f"{directory}/*.parquet").collect()["V_mean"],
    "DuckDB": lambda: queried(directory),
    "DataFusion": lambda: fused(directory),
    "Dask": lambda: dask.dataframe.read_parquet(directory)["V_mean"].compute(),
    "Spark": spark,
}
compressed = {
    "pandas": lambda: pd.read_parquet(parquet)["V_mean"],
    "pyarrow": lambda: ds.dataset(parquet).to_table()["V_mean"].to_pylist(),
    "Polars": lambda: pl.read_parquet(parquet)["V_mean"],
    "DuckDB": lambda: queried(parquet),
    "DataFusion": lambda: fused(parquet),
    "arro3": lambda: rust(read_parquet(parquet).read_all()),
    "pandas, Arrow": lambda: pd.read_feather(arrow)["V_mean"],
    "pyarrow, Arrow": lambda: ds.dataset(arrow, format="ipc").to_table()["V_mean"].to_pylist(),
    "Polars, Arrow": lambda: pl.read_ipc(arrow)["V_mean"],
    "arro3, Arrow": lambda: rust(read_ipc(arrow).read_all()),
    "nanoarrow, streams of Arrow": lambda: streamed(f"{arrow}s"),
}


def answer(values):
    """How many have a number, and their sum, which no order of rows changes."""
    try:
        numbers = [float(value) for value in values() if value is not None and not math.isnan(value)]
        return [len(numbers), math.fsum(numbers)]
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"


asked = {"directory": directories, "compressed": compressed}[sys.argv[2]]
print(json.dumps({name: answer(values) for name, values in asked.items()}))
