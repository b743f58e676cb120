import pandas as pd
from ask import Pandas, run

readers = {"arrow": pd.read_feather, "parquet": pd.read_parquet}
run(pd.__version__, {form: Pandas(lambda paths, form: pd.concat([readers[form](path) for path in paths], ignore_index=True)) for form in readers})
