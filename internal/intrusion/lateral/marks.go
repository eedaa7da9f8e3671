package lateral

import "strings"

// The marks that public tools for remote execution leave. They are what many
// intruders do not bother to change, not all there is: steps count without a
// mark too.

// serviceTool names the tool that installs such a service, "" if it bears no
// mark.
func serviceTool(name, path string) string {
	name, path = strings.ToLower(name), strings.ToLower(path)
	switch {
	case strings.Contains(name, "psexesvc") || strings.Contains(path, "psexesvc"):
		return "PsExec"
	case strings.Contains(path, "remcomsvc") || strings.Contains(name, "remcom"):
		return "RemCom"
	case strings.Contains(path, "paexec"):
		return "PAExec"
	case strings.Contains(path, "csexecsvc"):
		return "CsExec"
	case strings.Contains(path, "winexesvc"):
		return "winexe"
	case madeUpService(path):
		return "a service program with a random name"
	case shell(base(firstWord(path))):
		return "a command shell as a service"
	}
	return commandTool(path)
}

// madeUpService reports whether a service's program is eight or more random
// letters right in the Windows folder, as toolkits name it.
func madeUpService(path string) bool {
	path = strings.Trim(path, `"`)
	for _, root := range []string{`%systemroot%\`, `c:\windows\`, `\\127.0.0.1\admin$\`} {
		if name, ok := strings.CutPrefix(path, root); ok {
			name, ok = strings.CutSuffix(name, ".exe")
			return ok && len(name) == 8 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == ""
		}
	}
	return false
}

// commandTool names what is telling of a command line, "" if nothing is.
func commandTool(line string) string {
	line = strings.ToLower(line)
	switch {
	case line == "":
		return ""
	case strings.Contains(line, `\\127.0.0.1\`) || strings.Contains(line, `\\localhost\`):
		return "a remote shell that keeps its output on the host's own share"
	case strings.Contains(line, "%comspec%") || strings.Contains(line, "cmd.exe /q /c") || strings.Contains(line, "cmd /c echo"):
		return "a command shell run unseen"
	case strings.Contains(line, "powershell") && (strings.Contains(line, " -e") || strings.Contains(line, "hidden") || strings.Contains(line, "frombase64") || strings.Contains(line, "iex") || strings.Contains(line, "downloadstring")):
		return "PowerShell with a hidden or encoded command"
	case strings.Contains(line, `\temp\`) && strings.Contains(line, ".tmp") && strings.Contains(line, "cmd"):
		return "a command whose output goes to a temporary file"
	}
	return ""
}

// consoleTool names the tool whose input and output go through such a pipe:
// PsExec's are named SERVICE-CLIENT-PROCESS-stdin, whatever the service is
// called.
func consoleTool(pipe string) string {
	switch {
	case strings.HasPrefix(pipe, "psexesvc"):
		return "PsExec"
	case strings.HasPrefix(pipe, "remcom_"):
		return "RemCom"
	case strings.HasPrefix(pipe, "paexec"):
		return "PAExec"
	case strings.HasPrefix(pipe, "csexec"):
		return "CsExec"
	}
	for _, end := range []string{"-stdin", "-stdout", "-stderr"} {
		if strings.HasSuffix(pipe, end) && strings.Count(pipe, "-") >= 3 {
			return "PsExec under another name"
		}
	}
	return ""
}

func consoleParent(image string) string {
	switch base(image) {
	case "psexesvc.exe":
		return "PsExec"
	case "paexec.exe":
		return "PAExec"
	case "remcomsvc.exe":
		return "RemCom"
	}
	return ""
}

// outputFile reports whether a file on a share is one in which remote shells
// keep what their commands print: __1599999999.123 or __output.
func outputFile(file string) bool {
	name := file[strings.LastIndexByte(file, '\\')+1:]
	rest, ok := strings.CutPrefix(name, "__")
	return ok && (rest == "output" || len(rest) >= 8 && strings.Trim(rest, "0123456789.") == "")
}

// hiveFile reports whether a file is a temporary one in which credential
// dumpers save a registry hive before they fetch it.
func hiveFile(share, file string) bool {
	if !strings.HasSuffix(file, ".tmp") || share != "admin$" {
		return false
	}
	folder, name, ok := strings.Cut(file, `\`)
	return ok && (folder == "system32" || folder == "temp") && len(name) == len("abcdefgh.tmp")
}

// credentialFile reports whether a file holds credentials a user stored:
// DPAPI keys and blobs, browsers' login data.
func credentialFile(file string) bool {
	if !strings.Contains(file, `\appdata\`) {
		return false
	}
	for _, part := range []string{`\microsoft\protect`, `\microsoft\credentials`, `\microsoft\vault`, `\login data`, `\logins.json`, `\key4.db`} {
		if strings.Contains(file, part) {
			return true
		}
	}
	return false
}

// programFile reports whether a file can be run.
func programFile(file string) bool {
	for _, end := range []string{".exe", ".dll", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".hta", ".scr", ".sys", ".aspx", ".jsp", ".php", ".ashx", ".asp"} {
		if strings.HasSuffix(file, end) {
			return true
		}
	}
	return false
}

func firstWord(path string) string {
	if rest, ok := strings.CutPrefix(path, `"`); ok {
		word, _, _ := strings.Cut(rest, `"`)
		return word
	}
	word, _, _ := strings.Cut(path, " ")
	return word
}
