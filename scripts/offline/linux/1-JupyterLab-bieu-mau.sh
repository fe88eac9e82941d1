#!/bin/sh
cd "$(dirname "$0")" || exit 1
if sh bo-tro/cai-dat.sh; then
  exec .venv/bin/python -m jupyterlab --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate --ServerApp.root_dir="@WORK@" "@WORK@/notebooks/begin.ipynb"
fi
echo "Nhấn Enter để đóng."
read -r _
exit 1
