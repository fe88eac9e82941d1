#!/bin/sh
# Installs from the folder "wheels" alone, once, into .venv beside it. Called by the two starters.
[ -f ".venv/da-cai-@VERSION@.txt" ] && exit 0
RIGHT="import struct, sys; sys.exit(struct.calcsize('P') != 8 or '%d.%d' % sys.version_info[:2] not in '@PYTHONS@'.split())"
PY=
for name in python3 $(printf 'python%s ' @PYTHONS@); do
  if [ -z "$PY" ] && "$name" -c "$RIGHT" 2>/dev/null; then PY=$name; fi
done
if [ -z "$PY" ]; then
  echo "Chưa có Python từ @FIRST@ đến @LAST@ trên máy này. Cài Python trước, rồi bấm lại."
  exit 1
fi
echo "Cài đặt lần đầu, vài phút, không cần mạng..."
if "$PY" -m venv --clear .venv &&
  .venv/bin/python -m pip --isolated install --quiet --disable-pip-version-check --no-index --find-links wheels "commune-audit[@EXTRAS@]==@VERSION@"; then
  echo "@VERSION@" >".venv/da-cai-@VERSION@.txt"
else
  echo "Cài đặt không xong. Máy thiếu venv của Python (Debian: gói python3-venv), hoặc thư mục này không ghi được: chép cả thư mục vào ổ đĩa rồi bấm lại."
  exit 1
fi
