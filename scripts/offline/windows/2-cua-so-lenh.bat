@echo off
chcp 65001 >nul
setlocal
cd /d "%~dp0"
call bo-tro\cai-dat.bat
if errorlevel 1 goto stopped
call .venv\Scripts\activate.bat
cd "@WORK@"
echo.
echo Gõ thử: audit run data\binh-phuoc\2023-09
echo Mọi lệnh: audit --help. Hướng dẫn: docs\guide.vi.md
cmd /k
exit /b 0
:stopped
pause
exit /b 1
