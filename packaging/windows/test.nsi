; A small installer around hooks.nsh, for Debian's makensis and Wine (script/windows-installer): what Tauri's template gives the
; hooks, in the same order and under the same names, and nothing else. Given on makensis's command line:
;   PROGRAMS  a folder with keybearer.exe and keybearer-desktop.exe     OUT  the installer's file name
Unicode true
!ifdef WINE64
  ; Debian's Wine runs 64-bit programs only.
  Target amd64-unicode
!endif
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include "hooks.nsh"

!define PRODUCTNAME "Keybearer"
!define MANUPRODUCTKEY "Software\The Keybearer authors\Keybearer"
!define BUNDLEID "io.github.keybearer"

Var PassiveMode
Var UpdateMode

Name "${PRODUCTNAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\${PRODUCTNAME}"
!insertmacro MUI_PAGE_INSTFILES
Var DeleteAppDataCheckboxState
!define MUI_PAGE_CUSTOMFUNCTION_PRE un.SkipIfTold
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "TradChinese"

!macro MODES
  ${GetOptions} $CMDLINE "/P" $PassiveMode
  ${IfNot} ${Errors}
    StrCpy $PassiveMode 1
  ${EndIf}
  ${GetOptions} $CMDLINE "/UPDATE" $UpdateMode
  ${IfNot} ${Errors}
    StrCpy $UpdateMode 1
  ${EndIf}
!macroend

Function .onInit
  !insertmacro MODES
FunctionEnd

Section Install
  SetOutPath $INSTDIR
  !insertmacro NSIS_HOOK_PREINSTALL
  File "${PROGRAMS}\keybearer-desktop.exe"
  File "${PROGRAMS}\keybearer.exe"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${MANUPRODUCTKEY}" "" $INSTDIR
  !insertmacro NSIS_HOOK_POSTINSTALL
SectionEnd

Function un.onInit
  !insertmacro MODES
  ; The box of Tauri's page, for a test without pages.
  ${GetOptions} $CMDLINE "/DELETEDATA" $DeleteAppDataCheckboxState
  ${IfNot} ${Errors}
    StrCpy $DeleteAppDataCheckboxState 1
  ${EndIf}
FunctionEnd

; /NOPAGES: uninstalls as a person does, who may be asked, but without anybody who presses the pages' buttons.
Function un.SkipIfTold
  ClearErrors
  ${GetOptions} $CMDLINE "/NOPAGES" $0
  ${IfNot} ${Errors}
    SetAutoClose true
    Abort
  ${EndIf}
FunctionEnd

Section Uninstall
  !insertmacro NSIS_HOOK_PREUNINSTALL
  Delete "$INSTDIR\keybearer-desktop.exe"
  Delete "$INSTDIR\keybearer.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  ${If} $UpdateMode <> 1
    DeleteRegValue HKCU "${KEYBEARER_RUN}" "${PRODUCTNAME}"
  ${EndIf}
  ${If} $DeleteAppDataCheckboxState = 1
  ${AndIf} $UpdateMode <> 1
    DeleteRegKey HKCU "${MANUPRODUCTKEY}"
    RMDir /r "$APPDATA\${BUNDLEID}"
    RMDir /r "$LOCALAPPDATA\${BUNDLEID}"
  ${EndIf}
  !insertmacro NSIS_HOOK_POSTUNINSTALL
SectionEnd
