/* Stands in for both programs in the test of the installer's hooks: writes its command line into C:\stand-in.log and ends with
   the digit that comes next in C:\stand-in.codes (the last one again and again; 0 where there is no such file). `hold` sleeps,
   so that the program's file is in use. `press` waits for a message box with the button of a number (4 Retry, 6 Yes, 7 No), writes
   its first line up to a question mark into C:\stand-in.log and presses the button; it ends with 1 if none appears within ten
   seconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* A message box: its text has the number 0xFFFF. The installer's own window is a dialog, too, but has none. */
static int button;
static BOOL pressed;

static BOOL CALLBACK press(HWND window, LPARAM unused)
{
    char text[1024];
    FILE *file;

    (void)unused;
    if (!GetDlgItem(window, button) || !GetDlgItemTextA(window, 0xFFFF, text, sizeof text - 1))
        return TRUE;
    text[strcspn(text, "\r\n")] = 0;
    text[strcspn(text, "?") + 1] = 0;
    if ((file = fopen("C:\\stand-in.log", "a"))) {
        fprintf(file, "%s\n", text);
        fclose(file);
    }
    PostMessageA(window, WM_COMMAND, button, 0);
    pressed = TRUE;
    return FALSE;
}

int main(int argc, char **argv)
{
    char codes[16] = "0";
    FILE *file;
    int i;

    if (argc > 1 && strcmp(argv[1], "hold") == 0) {
        Sleep(60000);
        return 0;
    }
    if (argc > 2 && strcmp(argv[1], "press") == 0) {
        button = atoi(argv[2]);
        for (i = 0; i < 100 && !pressed; i++) {
            EnumWindows(press, 0);
            Sleep(100);
        }
        return !pressed;
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
