@echo off
rem Installs from the folder "wheels" alone, once, into .venv beside it. Called by the two starters.
if exist ".venv\da-cai-@VERSION@.txt" exit /b 0
set "RIGHT=import struct, sys; sys.exit(struct.calcsize('P') != 8 or '%%d.%%d' %% sys.version_info[:2] not in '@PYTHONS@'.split())"
set "PY="
for %%v in (@PYTHONS@) do if not defined PY py -%%v -c "%RIGHT%" >nul 2>nul && set "PY=py -%%v"
if not defined PY python -c "%RIGHT%" >nul 2>nul && set "PY=python"
if not defined PY goto none
echo Cài đặt lần đầu, vài phút, không cần mạng...
%PY% -m venv --clear .venv
if errorlevel 1 goto failed
".venv\Scripts\python.exe" -m pip --isolated install --quiet --disable-pip-version-check --no-index --find-links wheels "commune-audit[@EXTRAS@]==@VERSION@"
if errorlevel 1 goto failed
echo @VERSION@> ".venv\da-cai-@VERSION@.txt"
exit /b 0
:none
echo Chưa có Python 64-bit từ @FIRST@ đến @LAST@ trên máy này. Cài Python trước (tệp cài chép từ máy có mạng), rồi bấm lại.
exit /b 1
:failed
echo Cài đặt không xong. Chép cả thư mục này vào ổ đĩa của máy, ví dụ C:\kiem-tra, rồi bấm lại.
exit /b 1
