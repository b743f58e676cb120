import pyarrow as pa
import pyarrow.dataset as ds
import pyspark
from ask import Sql, run
from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "1")
    .config("spark.sql.codegen.wholeStage", "false")
    .config("spark.sql.adaptive.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("OFF")


def load(paths, form):
    if form == "parquet":
        return spark.read.parquet(*paths)
    return spark.createDataFrame(ds.dataset(paths, format="ipc").to_table())


def query(text, tables):
    for name, table in tables.items():
        table.createOrReplaceTempView(name)
    return [list(row) for row in spark.sql(text).collect()]


run(f"{pyspark.__version__} (pyarrow {pa.__version__})", {form: Sql(load, query, quote="`") for form in ("arrow", "parquet")})
spark.stop()
