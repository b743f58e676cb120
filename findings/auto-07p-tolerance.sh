#!/usr/bin/env bash
# AUTO-07p 0.9.2, gfortran: a tighter tolerance for special points loses them, and nothing is said.
#
# EPSS is the accuracy to which folds and Hopf points are located, EPSL and EPSU that of the branch's points; one would tighten them for more digits.
# The search for a special point has at most ITMX iterations, 8 in most examples. Where they do not reach EPSS the point is written as an ordinary
# one, with the exit status and the messages of success: of Jansen and Rit's column over its input p, which has two folds and three Hopf points,
# one is left at EPSS 1e-9. A tighter EPSL and EPSU lose Hopf points too. What is found has not EPSS's digits: the lower fold, at -41.3014, is placed
# at -41.27 at each EPSS.
# What helps: ITMX 30, with which all five are found at each EPSS; the numbers of stable eigenvalues in the diagnostics (fort.9) on both sides of a
# missing label; where digits matter, Newton's method on the equations of the fold or the Hopf point, from where AUTO places it.
#
# Seen 2026-11-30, with EPSS, EPSL = EPSU, ITMX (folds, Hopf points, the lowest fold's p, exit status):
#   1e-5 1e-7 8: 2 LP, 3 HB, -41.27, 0
#   1e-6 1e-7 8: 1 LP, 3 HB, 113.59, 0
#   1e-8 1e-7 8: 1 LP, 1 HB, 113.59, 0
#   1e-9 1e-7 8: 1 LP, 0 HB, 113.59, 0
#   1e-5 1e-11 8: 2 LP, 1 HB, -41.30, 0
#   1e-9 1e-7 30: 2 LP, 3 HB, -41.27, 0
# Exits 0 while that is so, 1 when it has changed.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0"
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
for need in apt-get dpkg gfortran python3; do
  command -v "$need" > command.log 2>&1 || { echo "needs $need"; exit 0; }
done
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
if ! apt-get download auto-07p=0.9.2+dfsg-3+b3 > apt.log 2>&1; then
  echo "this machine's packages have no auto-07p 0.9.2"
  exit 0
fi
dpkg -x auto-07p_*.deb auto
cat > model.f90 <<'MODEL'
! Jansen and Rit (1995) in mV and s; PAR(1) is the input p.
SUBROUTINE FUNC(NDIM,U,ICP,PAR,IJAC,F,DFDU,DFDP)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM, ICP(*), IJAC
  DOUBLE PRECISION, INTENT(IN) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(OUT) :: F(NDIM)
  DOUBLE PRECISION, INTENT(INOUT) :: DFDU(NDIM,NDIM), DFDP(NDIM,*)
  F(1:3) = U(4:6)
  F(4) = 325*S(U(2) - U(3)) - 200*U(4) - 10000*U(1)
  F(5) = 325*(PAR(1) + 108*S(135*U(1))) - 200*U(5) - 10000*U(2)
  F(6) = 1100*33.75D0*S(33.75D0*U(1)) - 100*U(6) - 2500*U(3)
CONTAINS
  DOUBLE PRECISION FUNCTION S(V)
    DOUBLE PRECISION, INTENT(IN) :: V
    S = 5/(1 + EXP(0.56D0*(6 - V)))
  END FUNCTION S
END SUBROUTINE FUNC
SUBROUTINE STPNT(NDIM,U,PAR,T)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM
  DOUBLE PRECISION, INTENT(INOUT) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(IN) :: T
  PAR(1) = -60
  U = (/ START /)
END SUBROUTINE STPNT
SUBROUTINE BCND
END SUBROUTINE BCND
SUBROUTINE ICND
END SUBROUTINE ICND
SUBROUTINE FOPT
END SUBROUTINE FOPT
SUBROUTINE PVLS
END SUBROUTINE PVLS
MODEL
cat > program.py <<'PROGRAM'
import glob
import math
import os
import subprocess


def sigmoid(v):
    return 5 / (1 + math.exp(0.56 * (6 - v)))


def residual(x):
    """What the potential of the equilibrium with the state x, at p = -60, lacks of that which x follows from."""
    above = 0.0325 * (-60 + 108 * sigmoid(135 * x)) - 0.44 * 33.75 * sigmoid(33.75 * x)
    return 0.0325 * sigmoid(above) - x


low, high = 0.0, 0.01
for _ in range(200):
    middle = (low + high) / 2
    low, high = (middle, high) if residual(middle) > 0 else (low, middle)
start = [low, 0.0325 * (-60 + 108 * sigmoid(135 * low)), 0.44 * 33.75 * sigmoid(33.75 * low), 0, 0, 0]
text = open("model.f90").read().replace("START", ", &\n ".join(f"{x:.16E}".replace("E", "D") for x in start))
open("model.f90", "w").write(text)
objects = [file for file in glob.glob("auto/usr/lib/auto-07p/lib/*.o")]
subprocess.run(["gfortran", "-O", "-fopenmp", "model.f90", *objects, "-o", "model.exe"], check=True)
constants = """NDIM=6, IPS=1, IRS=0, ILP=1
ICP=[1]
NTST=20, NCOL=4, IAD=3, ISP=1, ISW=1, IPLT=0, NBC=0, NINT=0
NMX=2000, NPR=0, MXBF=0, IID=0, ITMX={itmx}, ITNW=5, NWTN=3, JAC=0
EPSL={epsl}, EPSU={epsl}, EPSS={epss}
DS=0.1, DSMIN=1e-6, DSMAX=10, IADS=1
NPAR=11, THL={{}}, THU={{}}
RL0=-61, RL1=400, A0=-1e9, A1=1e9
UZR={{}}, STOP=[]
"""
for epss, epsl, itmx in (("1e-5", "1e-7", 8), ("1e-6", "1e-7", 8), ("1e-8", "1e-7", 8), ("1e-9", "1e-7", 8), ("1e-5", "1e-11", 8), ("1e-9", "1e-7", 30)):
    open("fort.2", "w").write(constants.format(epss=epss, epsl=epsl, itmx=itmx))
    ended = subprocess.run(["./model.exe"], env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True)
    rows = [line.split() for line in open("fort.7")]
    special = [(abs(int(row[2])) % 10, float(row[4])) for row in rows if row[0] != "0" and abs(int(row[2])) % 10 in (2, 3)]
    folds = [at for kind, at in special if kind == 2]
    print(f"{epss} {epsl} {itmx}: {len(folds)} LP, {len(special) - len(folds)} HB, {min(folds):.2f}, {ended.returncode}")
PROGRAM
python3 program.py | tee found
sed -n 's/^#   \(1e-\)/\1/p' "$here/$(basename "$0")" | diff - found
