/* Stands in for both programs in the test of the installer's hooks: writes its command line into C:\stand-in.log and ends with
   the digit that comes next in C:\stand-in.codes (the last one again and again; 0 where there is no such file). `hold` sleeps,
   so that the program's file is in use. `answer` waits for a message box with a button "No", writes its first sentence into
   C:\stand-in.log and presses the button; it ends with 1 if none appears within ten seconds. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

/* A message box: its text has the number 0xFFFF. The installer's own window is a dialog, too, but has none. */
static BOOL CALLBACK answer(HWND window, LPARAM answered)
{
    char text[1024];
    FILE *file;

    if (!GetDlgItem(window, IDNO) || !GetDlgItemTextA(window, 0xFFFF, text, sizeof text))
        return TRUE;
    text[strcspn(text, "?\r\n")] = 0;
    if ((file = fopen("C:\\stand-in.log", "a"))) {
        fprintf(file, "%s?\n", text);
        fclose(file);
    }
    PostMessageA(window, WM_COMMAND, IDNO, 0);
    *(BOOL *)answered = TRUE;
    return FALSE;
}

int main(int argc, char **argv)
{
    BOOL answered = FALSE;
    char codes[16] = "0";
    FILE *file;
    int i;

    if (argc > 1 && strcmp(argv[1], "hold") == 0) {
        Sleep(20000);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "answer") == 0) {
        for (i = 0; i < 100 && !answered; i++) {
            EnumWindows(answer, (LPARAM)&answered);
            Sleep(100);
        }
        return !answered;
    }
    file = fopen("C:\\stand-in.log", "a");
    if (!file)
        return 9;
    for (i = 0; i < argc; i++)
        fprintf(file, "%s%c", i ? argv[i] : strrchr(argv[0], '\\') + 1, i + 1 < argc ? ' ' : '\n');
    fclose(file);
    if (argc < 2 || strcmp(argv[1], "forget") != 0)
        return 0;
    file = fopen("C:\\stand-in.codes", "r");
    if (!file)
        return 0;
    fscanf(file, "%15s", codes);
    fclose(file);
    if (strlen(codes) > 1 && (file = fopen("C:\\stand-in.codes", "w"))) {
        fputs(codes + 1, file);
        fclose(file);
    }
    return codes[0] - '0';
}
