#!/bin/sh
cd "$(dirname "$0")" || exit 1
if sh bo-tro/cai-dat.sh; then
  PATH="$PWD/.venv/bin:$PATH"
  export PATH
  cd "@WORK@" || exit 1
  echo "Gõ thử: audit run data/binh-phuoc/2023-09"
  echo "Mọi lệnh: audit --help. Hướng dẫn: docs/guide.vi.md"
  exec "${SHELL:-/bin/sh}" -i
fi
echo "Nhấn Enter để đóng."
read -r _
exit 1
