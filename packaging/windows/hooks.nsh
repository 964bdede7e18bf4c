; What the Windows installer does beyond copying files (tauri.conf.json: bundle.windows.nsis.installerHooks). Tauri's template
; inserts the four macros NSIS_HOOK_*; test.nsi inserts the same ones into a small installer that runs under Wine.
;
; /ADDPATH installing: adds the folder to the person's PATH without asking. (Tauri takes what begins with /P for its own /P, passive.)
; /FORGET  uninstalling: deletes tokens, client secrets and the list of accounts without asking. /S alone keeps them.
;
; This file is UTF-8 with a byte order mark: without the mark makensis takes it for the code page of the computer.

!include LogicLib.nsh
!include FileFunc.nsh
!include WinMessages.nsh

; The folder that this installer added to PATH: only that entry is ever removed.
!define KEYBEARER_PATH_VALUE "PathEntry"
; PATH may not be longer than an environment variable (32767 characters) when the system's part stands before it.
!define KEYBEARER_LONGEST_PATH 24000
!define KEYBEARER_RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define KEYBEARER_APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
; What an uninstallation that kept the data leaves for the next installation: "on" or "off" (in Task Manager) where the app started
; with the session, and "yes" where its folder was taken out of PATH.
!define KEYBEARER_KEPT_START "KeptStart"
!define KEYBEARER_KEPT_PATH "KeptPath"

Var KeybearerPathEntry
; Uninstalling: whether the data are kept, and what the first of the two values above will be.
Var KeybearerKeeps
Var KeybearerStart
; Uninstalling: whether the person wants all data deleted. Then the folders go, too, as with Tauri's box: the command leaves the web
; view's files, the window's place and the person's provider files.
Var KeybearerDeletesAll

; A sentence in the installer's language: 2052 is simplified and 1028 traditional Chinese.
!macro KEYBEARER_TEXT VARIABLE ENGLISH HANS HANT
  ${If} $LANGUAGE = 2052
    StrCpy ${VARIABLE} "${HANS}"
  ${ElseIf} $LANGUAGE = 1028
    StrCpy ${VARIABLE} "${HANT}"
  ${Else}
    StrCpy ${VARIABLE} "${ENGLISH}"
  ${EndIf}
!macroend

; Changes one entry of the person's PATH, HKCU\Environment\Path. An NSIS string ends after 1024 characters and a PATH may be
; longer, so the value stays in memory of its own and never passes through a variable. All other entries, their order and the
; value's type (REG_SZ or REG_EXPAND_SZ) stay as they are; what cannot be changed safely is left alone.
;   in:  $R0 "add", "remove" or "look", $R1 the folder
;   out: $R2 "done", "there" (nothing to add), "absent" (nothing to remove) or "refused"
!macro KEYBEARER_PATH_FUNCTION UN
Function ${UN}KeybearerPath
  Push $0
  Push $1
  Push $2
  Push $3
  Push $4
  Push $5
  Push $6
  Push $7
  Push $8
  Push $9
  StrCpy $R2 "refused"
  StrCpy $7 0

  ; An entry ends at a semicolon, and Windows replaces %names% in an expandable value.
  System::Call 'shlwapi::StrStrW(w R1, w ";") p .r0'
  System::Call 'shlwapi::StrStrW(w R1, w "%") p .r1'
  ${If} $0 P<> 0
  ${OrIf} $1 P<> 0
  ${OrIf} $R1 == ""
    Goto restore
  ${EndIf}

  ; $1 HKEY_CURRENT_USER, $2 its Environment; 0x2001F is KEY_READ and KEY_WRITE
  System::Call 'advapi32::RegOpenCurrentUser(i 0x2001F, *p .r1) i .r0'
  ${If} $0 <> 0
    Goto restore
  ${EndIf}
  System::Call 'advapi32::RegOpenKeyExW(p r1, w "Environment", i 0, i 0x2001F, *p .r2) i .r0'
  ${If} $0 <> 0
    Goto close_user
  ${EndIf}

  ; $3 the value's type, $4 its size in bytes
  System::Call 'advapi32::RegQueryValueExW(p r2, w "Path", p 0, *i .r3, p 0, *i .r4) i .r0'
  ${If} $0 = 2 ; ERROR_FILE_NOT_FOUND: there is no PATH of the person's own yet
    StrCpy $3 2 ; REG_EXPAND_SZ
    StrCpy $4 0
  ${ElseIf} $0 <> 0
    Goto close
  ${ElseIf} $3 <> 1 ; REG_SZ
  ${AndIf} $3 <> 2
    Goto close
  ${EndIf}

  ; $7 zeroed memory with room for ";", the value, ";" and the new entry with two more; $8 the value in it
  StrLen $5 $R1
  IntOp $5 $5 * 2
  IntOp $6 $4 + $5
  IntOp $6 $6 + 16
  System::Alloc $6
  Pop $7
  ${If} $7 P= 0
    Goto close
  ${EndIf}
  System::Call 'kernel32::lstrcpyW(p r7, w ";")'
  IntPtrOp $8 $7 + 2
  ${If} $4 > 0
    System::Call 'advapi32::RegQueryValueExW(p r2, w "Path", p 0, p 0, p r8, *i r4) i .r0'
    ${If} $0 <> 0
      Goto free
    ${EndIf}
  ${EndIf}
  ; $6 the value's length in characters. A value with a zero in its middle is not one to be written back.
  System::Call 'kernel32::lstrlenW(p r8) i .r6'
  IntOp $0 $6 * 2
  IntOp $9 $0 + 2
  ${If} $0 <> $4
  ${AndIf} $9 <> $4
    Goto free
  ${EndIf}

  ; Between two semicolons each entry is whole: ";value;" is searched for ";entry;", in any case of letters.
  System::Call 'kernel32::lstrcatW(p r7, w ";")'
  System::Call 'shlwapi::StrStrIW(p r7, w ";$R1;") p .r9'

  ${If} $R0 == "remove"
    ${If} $9 P= 0
      StrCpy $R2 "absent"
      Goto free
    ${EndIf}
    ; What follows the entry moves to its place: $0 from there, $4 bytes.
    IntOp $5 $5 + 2
    IntPtrOp $0 $9 + $5
    System::Call 'kernel32::lstrlenW(p r0) i .r4'
    IntOp $4 $4 + 1
    IntOp $4 $4 * 2
    System::Call 'kernel32::RtlMoveMemory(p r9, p r0, p r4)'
    ; $6 the length of the value with both semicolons
    System::Call 'kernel32::lstrlenW(p r7) i .r6'
    ${If} $6 < 3
      System::Call 'advapi32::RegDeleteValueW(p r2, w "Path") i .r0'
    ${Else}
      IntOp $6 $6 - 2
      Goto write
    ${EndIf}
  ${Else}
    ${If} $9 P= 0
      System::Call 'shlwapi::StrStrIW(p r7, w ";$R1\;") p .r9'
    ${EndIf}
    ${If} $9 P<> 0
      StrCpy $R2 "there"
      Goto free
    ${EndIf}
    ${If} $R0 == "look"
      StrCpy $R2 "absent"
      Goto free
    ${EndIf}
    IntOp $0 $4 + $5
    IntOp $0 $0 / 2
    ${If} $0 > ${KEYBEARER_LONGEST_PATH}
      Goto free
    ${EndIf}
    ; $9 the semicolon that a value may end with already
    StrCpy $9 ""
    ${If} $6 > 0
      IntOp $0 $6 * 2
      IntPtrOp $0 $7 + $0
      System::Call '*$0(&i2 .r9)'
      ${If} $9 = 59 ; a semicolon
        StrCpy $9 ";"
      ${Else}
        StrCpy $9 ""
      ${EndIf}
    ${EndIf}
    ; The semicolon that was put behind the value parts it from the new entry, or is taken away again.
    ${If} $6 = 0
    ${OrIf} $9 == ";"
      IntOp $0 $6 * 2
      IntPtrOp $0 $8 + $0
      System::Call '*$0(&i2 0)'
    ${EndIf}
    System::Call 'kernel32::lstrcatW(p r7, w "$R1$9")'
    System::Call 'kernel32::lstrlenW(p r8) i .r6'
    Goto write
  ${EndIf}
  Goto written

  write: ; $6 characters of the value at $8
    IntOp $0 $6 * 2
    IntPtrOp $9 $8 + $0
    System::Call '*$9(&i2 0)'
    IntOp $4 $0 + 2
    System::Call 'advapi32::RegSetValueExW(p r2, w "Path", i 0, i r3, p r8, i r4) i .r0'
  written:
    ${If} $0 = 0
      StrCpy $R2 "done"
      ; Terminals that are opened from now on see it.
      SendMessage ${HWND_BROADCAST} ${WM_WININICHANGE} 0 "STR:Environment" /TIMEOUT=2000
    ${EndIf}
  free:
    System::Free $7
  close:
    System::Call 'advapi32::RegCloseKey(p r2)'
  close_user:
    System::Call 'advapi32::RegCloseKey(p r1)'
  restore:
  Pop $9
  Pop $8
  Pop $7
  Pop $6
  Pop $5
  Pop $4
  Pop $3
  Pop $2
  Pop $1
  Pop $0
FunctionEnd
!macroend
!insertmacro KEYBEARER_PATH_FUNCTION ""
!insertmacro KEYBEARER_PATH_FUNCTION "un."

; Reads whether the app starts with the session: "on", "off" where the first byte that Task Manager wrote is odd, "" where not.
;   out: $KeybearerStart
Function un.KeybearerReadStart
  Push $0
  Push $1
  Push $2
  StrCpy $KeybearerStart ""
  StrCpy $1 "Keybearer"
  ReadRegStr $0 HKCU "${KEYBEARER_RUN}" $1
  ${If} $0 == ""
    ; The name of early versions.
    StrCpy $1 "io.github.keybearer"
    ReadRegStr $0 HKCU "${KEYBEARER_RUN}" $1
  ${EndIf}
  ${If} $0 != ""
    StrCpy $KeybearerStart "on"
    ; A binary value, for which NSIS has no instruction: its bytes go into memory of 64. 0x80000001 is HKEY_CURRENT_USER.
    System::Alloc 64
    Pop $2
    System::Call 'shlwapi::SHGetValueW(p 0x80000001, w "${KEYBEARER_APPROVED}", w r1, p 0, p r2, *i 64) i .r0'
    ${If} $0 = 0
      System::Call '*$2(&i1 .r0)'
      IntOp $0 $0 & 1
      ${If} $0 = 1
        StrCpy $KeybearerStart "off"
      ${EndIf}
    ${EndIf}
    System::Free $2
  ${EndIf}
  Pop $2
  Pop $1
  Pop $0
FunctionEnd

!macro NSIS_HOOK_PREINSTALL
  ; A program that runs can be renamed but not replaced, and a silent installation would keep the old one without a word. A copy
  ; stays in its place, in case the installation is cancelled at the next step.
  Delete "$INSTDIR\keybearer.old"
  ${If} ${FileExists} "$INSTDIR\keybearer.exe"
    Push $0
    ClearErrors
    FileOpen $0 "$INSTDIR\keybearer.exe" a
    ${If} ${Errors}
      Rename "$INSTDIR\keybearer.exe" "$INSTDIR\keybearer.old"
      CopyFiles /SILENT "$INSTDIR\keybearer.old" "$INSTDIR\keybearer.exe"
    ${Else}
      FileClose $0
    ${EndIf}
    Pop $0
  ${EndIf}
!macroend

!macro NSIS_HOOK_POSTINSTALL
  Push $R0
  Push $R1
  Push $R2
  Push $R3
  ; Where the setting is on, the app starts with the session again, from the folder where it is now.
  ReadRegStr $R0 HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_KEPT_START}"
  ${If} $R0 != ""
    WriteRegStr HKCU "${KEYBEARER_RUN}" "Keybearer" '"$INSTDIR\keybearer-desktop.exe" --hidden'
    ${If} $R0 == "off"
      WriteRegBin HKCU "${KEYBEARER_APPROVED}" "Keybearer" 030000000000000000000000
    ${EndIf}
    DeleteRegValue HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_KEPT_START}"
  ${EndIf}

  ReadRegStr $KeybearerPathEntry HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_PATH_VALUE}"
  ReadRegStr $R2 HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_KEPT_PATH}"
  DeleteRegValue HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_KEPT_PATH}"
  StrCpy $R3 "no"
  ${If} $KeybearerPathEntry != ""
    ; The person chose it before. If the app has moved, the entry moves with it.
    ${If} $KeybearerPathEntry != $INSTDIR
      StrCpy $R0 "remove"
      StrCpy $R1 $KeybearerPathEntry
      Call KeybearerPath
      ${If} $R2 == "done"
        StrCpy $R3 "yes"
      ${EndIf}
    ${EndIf}
  ${ElseIf} $R2 != ""
    StrCpy $R3 "yes"
  ${ElseIf} $UpdateMode <> 1
    ClearErrors
    ${GetOptions} $CMDLINE "/ADDPATH" $R3
    ${If} ${Errors}
      StrCpy $R3 "no"
      ${IfNot} ${Silent}
      ${AndIf} $PassiveMode <> 1
        StrCpy $R0 "look"
        StrCpy $R1 $INSTDIR
        Call KeybearerPath
        ${If} $R2 == "absent"
          !insertmacro KEYBEARER_TEXT $R1 \
            "Do you want to use keybearer, the command line, in terminals? Its folder is then added to your PATH." \
            "要在终端里使用命令行程序 keybearer 吗？选“是”会把它所在的文件夹加入你的 PATH。" \
            "要在終端機裡使用命令列程式 keybearer 嗎？選「是」會把它所在的資料夾加入你的 PATH。"
          ${If} ${Cmd} `MessageBox MB_YESNO|MB_ICONQUESTION "$R1" IDYES`
            StrCpy $R3 "yes"
          ${EndIf}
        ${EndIf}
      ${EndIf}
    ${Else}
      StrCpy $R3 "yes"
    ${EndIf}
  ${EndIf}
  ${If} $R3 == "yes"
    StrCpy $R0 "add"
    StrCpy $R1 $INSTDIR
    Call KeybearerPath
    ${If} $R2 == "done"
      WriteRegStr HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_PATH_VALUE}" "$INSTDIR"
    ${ElseIf} $R2 == "refused"
      DeleteRegValue HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_PATH_VALUE}"
      !insertmacro KEYBEARER_TEXT $R1 \
        "Your PATH was left unchanged, because this folder cannot be added to it safely. Call the command line as $INSTDIR\keybearer.exe." \
        "PATH 没有改动，因为无法安全地加入这个文件夹。请用完整路径运行命令行程序：$INSTDIR\keybearer.exe" \
        "PATH 沒有更動，因為無法安全地加入這個資料夾。請用完整路徑執行命令列程式：$INSTDIR\keybearer.exe"
      DetailPrint "$R1"
      ${If} $PassiveMode <> 1
        MessageBox MB_OK|MB_ICONINFORMATION "$R1" /SD IDOK
      ${EndIf}
    ${EndIf}
  ${EndIf}
  Pop $R3
  Pop $R2
  Pop $R1
  Pop $R0
!macroend

; Deletes what Keybearer keeps, by its own command. Tauri's box "Delete the application data" removes the list of accounts and
; would leave their secrets in Credential Manager without a name, so it includes this; after a failure neither is deleted.
;
; An upgrade comes here, too: Tauri's installer proposes to uninstall the earlier version first, and starts its uninstaller without
; /UPDATE. That one runs in its own folder (_?=), any other from a copy in the temporary one: NSIS takes _?= off the command line, so
; the folder is what tells. In an upgrade nobody is asked about the data; Tauri's box is there.
;
; Tauri ends the app, but keybearer.exe may run as well, and its file would stay without a word. A person is asked to end it. Without
; anyone to ask, an upgrade gives the file another name, and an uninstallation stops before anything is deleted.
!macro NSIS_HOOK_PREUNINSTALL
  Push $R0
  Push $R1
  Push $R2
  ${If} $UpdateMode <> 1
  ${AndIf} ${FileExists} "$INSTDIR\keybearer.exe"
    ${Do}
      ClearErrors
      FileOpen $R0 "$INSTDIR\keybearer.exe" a
      ${IfNot} ${Errors}
        FileClose $R0
        ${Break}
      ${EndIf}
      ${If} $EXEDIR == $INSTDIR
        Delete "$INSTDIR\keybearer.old"
        Rename "$INSTDIR\keybearer.exe" "$INSTDIR\keybearer.old"
        CopyFiles /SILENT "$INSTDIR\keybearer.old" "$INSTDIR\keybearer.exe"
        ${Break}
      ${EndIf}
      !insertmacro KEYBEARER_TEXT $R1 \
        "keybearer.exe is running, for instance as keybearer serve or keybearer exec. End it, then press Retry. Cancel keeps Keybearer installed." \
        "keybearer.exe 正在运行，比如 keybearer serve 或 keybearer exec。请先结束它，再按“重试”。按“取消”则不卸载 Keybearer。" \
        "keybearer.exe 正在執行，例如 keybearer serve 或 keybearer exec。請先結束它，再按「重試」。按「取消」則不解除安裝 Keybearer。"
      DetailPrint "$R1"
      ${If} $PassiveMode = 1
      ${OrIf} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$R1" /SD IDCANCEL IDCANCEL`
        Pop $R2
        Pop $R1
        Pop $R0
        Abort
      ${EndIf}
    ${Loop}
  ${EndIf}
  ReadRegStr $KeybearerPathEntry HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_PATH_VALUE}"
  Call un.KeybearerReadStart
  StrCpy $KeybearerKeeps "no"
  StrCpy $KeybearerDeletesAll "no"
  StrCpy $R0 "no"
  ${If} $UpdateMode <> 1
    ClearErrors
    ${GetOptions} $CMDLINE "/FORGET" $R1
    ${IfNot} ${Errors}
      StrCpy $R0 "yes"
    ${ElseIf} $DeleteAppDataCheckboxState = 1
      StrCpy $R0 "yes"
    ${ElseIfNot} ${Silent}
    ${AndIf} $PassiveMode <> 1
    ${AndIf} $EXEDIR != $INSTDIR
      !insertmacro KEYBEARER_TEXT $R1 \
        "Delete all of Keybearer's data on this computer? This deletes the accounts, tokens, app secrets and settings. The platforms aren't notified: a token stays valid until it expires or you revoke it.$\r$\n$\r$\nNo keeps everything for a later installation." \
        "要删除 Keybearer 在本机的全部数据吗？选“是”会删除账号、令牌、应用密钥和设置。平台不会收到通知：令牌在到期或被你撤销之前仍然有效。$\r$\n$\r$\n选“否”会全部保留，以后重新安装时可以继续使用。" \
        "要刪除 Keybearer 在這台電腦上的全部資料嗎？選「是」會刪除帳號、權杖、應用程式密鑰和設定。平台不會收到通知：權杖在到期或被你撤銷之前仍然有效。$\r$\n$\r$\n選「否」會全部保留，以後重新安裝時可以繼續使用。"
      ${If} ${Cmd} `MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$R1" IDYES`
        StrCpy $R0 "yes"
        StrCpy $KeybearerDeletesAll "yes"
      ${EndIf}
    ${EndIf}
    ${If} $R0 == "no"
      StrCpy $KeybearerKeeps "yes"
    ${EndIf}
  ${EndIf}
  ${If} $R0 == "yes"
    ${If} ${FileExists} "$INSTDIR\keybearer-desktop.exe"
      nsExec::Exec '"$INSTDIR\keybearer-desktop.exe" --quit'
      Pop $R0
    ${EndIf}
    ; 5: the app is still ending, or a renewal is under way. Anything else is final.
    StrCpy $R2 0
    ${Do}
      nsExec::ExecToLog '"$INSTDIR\keybearer.exe" forget --everything --yes'
      Pop $R0
      IntOp $R2 $R2 + 1
      ${If} $R0 != "5"
      ${OrIf} $R2 >= 10
        ${Break}
      ${EndIf}
      Sleep 500
    ${Loop}
    ${If} $R0 != "0"
      StrCpy $DeleteAppDataCheckboxState 0
      !insertmacro KEYBEARER_TEXT $R1 \
        "Keybearer could not delete everything (code $R0). The accounts that are left stay on this computer. Press Cancel to stop here and try again, or OK to remove the program anyway." \
        "Keybearer 没能全部删除（代码 $R0）。剩下的账号还留在这台电脑上。按“取消”停在这里，稍后再试；按“确定”仍然移除程序。" \
        "Keybearer 沒能全部刪除（代碼 $R0）。剩下的帳號還留在這台電腦上。按「取消」停在這裡，稍後再試；按「確定」仍然移除程式。"
      DetailPrint "$R1"
      ${IfNot} ${Cmd} `MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$R1" /SD IDCANCEL IDOK`
        Pop $R2
        Pop $R1
        Pop $R0
        Abort
      ${EndIf}
    ${ElseIf} $KeybearerDeletesAll == "yes"
      StrCpy $DeleteAppDataCheckboxState 1
    ${EndIf}
  ${EndIf}
  Pop $R2
  Pop $R1
  Pop $R0
!macroend

!macro NSIS_HOOK_POSTUNINSTALL
  ${If} $UpdateMode <> 1
    Push $R0
    Push $R1
    Push $R2
    ${If} $KeybearerPathEntry != ""
      StrCpy $R0 "remove"
      StrCpy $R1 $KeybearerPathEntry
      Call un.KeybearerPath
      DeleteRegValue HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_PATH_VALUE}"
      ${If} $R2 == "done"
      ${AndIf} $KeybearerKeeps == "yes"
        WriteRegStr HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_KEPT_PATH}" "yes"
      ${EndIf}
    ${EndIf}
    ; Here and not before anything is deleted: an uninstallation that is cancelled in between leaves nothing to be restored.
    ${If} $KeybearerStart != ""
    ${AndIf} $KeybearerKeeps == "yes"
      WriteRegStr HKCU "${MANUPRODUCTKEY}" "${KEYBEARER_KEPT_START}" $KeybearerStart
    ${EndIf}
    Pop $R2
    Pop $R1
    Pop $R0
    ; "Start with the session" stood under the identifier in early versions. Task Manager keeps its own switch for each name.
    DeleteRegValue HKCU "${KEYBEARER_RUN}" "Keybearer"
    DeleteRegValue HKCU "${KEYBEARER_RUN}" "io.github.keybearer"
    DeleteRegValue HKCU "${KEYBEARER_APPROVED}" "Keybearer"
    DeleteRegValue HKCU "${KEYBEARER_APPROVED}" "io.github.keybearer"
    Delete "$INSTDIR\keybearer.old"
    RMDir "$INSTDIR"
  ${EndIf}
!macroend
