#!/usr/bin/env bash
# reticulate 1.28 (R 4.2, Debian 12), pandas 3.1 and NumPy 2.4: a DataFrame stays a Python object in R, and so does an array.
#
# reticulate finds the methods that convert by the name of a class, pandas.core.frame.DataFrame; the class of pandas 3 calls itself
# pandas.DataFrame, none is found, and an object without columns is returned, with no warning. `frame$x * 2` is then "non-numeric argument to
# binary operator". Its arrays are read by NumPy's interface of version 1: of NumPy 2 they stay objects too.
# What helps: columns as lists, frame$to_dict("list") or pyarrow's to_pydict(), which become vectors.
#
# Seen 2026-11-29 (class in R of a DataFrame, of an array of doubles, of its to_dict("list")$x):
#   pandas.DataFrame numpy.ndarray numeric
# Needs Rscript with reticulate. Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pandas==3.1.1 numpy==2.4.6 > pip.log
cat > program.R <<'PROGRAM'
library(reticulate)
frame <- import("pandas")$DataFrame(list(x = c(1.5, 2.5)))
array <- import("numpy", convert = TRUE)$arange(3.0)
cat(class(frame)[1], class(array)[1], class(frame$to_dict("list")$x)[1], "\n")
PROGRAM
RETICULATE_PYTHON="$folder/python/bin/python" Rscript program.R | tee found
grep -qx "pandas.DataFrame numpy.ndarray numeric " found
