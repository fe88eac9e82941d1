@echo off
chcp 65001 >nul
setlocal
cd /d "%~dp0"
call bo-tro\cai-dat.bat
if errorlevel 1 goto stopped
".venv\Scripts\python.exe" -m jupyterlab --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate --ServerApp.root_dir="@WORK@" "@WORK@\notebooks\begin.ipynb"
if not errorlevel 1 exit /b 0
:stopped
pause
exit /b 1
