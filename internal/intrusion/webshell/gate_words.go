package webshell

import "strings"

// The classes of bytes that the gate tells apart.
const (
	otherByte = iota
	wordByte
	spaceByte
	openByte
	dollarByte
	tickByte
)

var byteClasses = func() (classes [256]uint8) {
	for c := range classes {
		switch {
		case c == '_', '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'z' && c < 0x80, c >= 0x80:
			classes[c] = wordByte
		case c == ' ', c == '\t', c == '\n', c == '\r', c == '\f', c == '\v', c == 0:
			classes[c] = spaceByte
		}
	}
	classes['('], classes['$'], classes['`'] = openByte, dollarByte, tickByte
	return classes
}()

// maxGateWord is longer than every word of the lists.
const maxGateWord = 32

// wordList finds the role of a word without regard to case. Most words are
// refused by their first letter and length.
type wordList struct {
	lengths [256]uint32 // by first letter: one bit per length
	roles   map[string]role
}

func newWordList(lists map[role]string) *wordList {
	l := &wordList{roles: map[string]role{}}
	for r, words := range lists {
		for _, w := range strings.Fields(words) {
			l.roles[w] |= r
			bit := uint32(1) << (len(w) % maxGateWord)
			l.lengths[w[0]] |= bit
			if 'a' <= w[0] && w[0] <= 'z' {
				l.lengths[w[0]-0x20] |= bit
			}
		}
	}
	return l
}

// word is role for a text.
func (l *wordList) word(word string) role {
	if word == "" {
		return 0
	}
	return l.role([]byte(word))
}

func (l *wordList) role(word []byte) role {
	if len(word) >= maxGateWord || l.lengths[word[0]]>>len(word)&1 == 0 {
		return 0
	}
	var low [maxGateWord]byte
	for i, c := range word {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	return l.roles[string(low[:len(word)])]
}

// phpWords are the words of PHP pages that the evaluator gives a meaning to.
var phpWords = newWordList(map[role]string{
	source | bare: `_get _post _request _cookie _files _server globals http_raw_post_data http_get_vars
		http_post_vars http_cookie_vars http_post_files`,
	effect | bare | included: `include include_once require require_once`,
	source: `getallheaders apache_request_headers get_defined_vars filter_input filter_input_array getenv extract
		parse_str import_request_variables param fieldstorage getvalue`,
	source | stream: `php data`,
	runs: `eval assert create_function execute executeglobal executestatement exec_code system exec passthru
		shell_exec popen proc_open pcntl_exec ssh2_exec expect_popen win_shell_execute`,
	sink | bare: `passwd`,
	sink: `eval assert create_function execute executeglobal executestatement exec_code system exec passthru
		shell_exec popen proc_open pcntl_exec ssh2_exec expect_popen win_shell_execute com
		move_uploaded_file gzinflate gzuncompress gzdecode convert_uudecode
		symlink link socket_accept stream_socket_accept registerphpfunctions importstylesheet
		file_put_contents fwrite fputs preg_filter mb_ereg_replace mb_eregi_replace ereg_replace`,
	indirect: `call_user_func call_user_func_array array_map register_shutdown_function register_tick_function
		forward_static_call forward_static_call_array ob_start set_error_handler set_exception_handler
		spl_autoload_register header_register_callback array_filter array_walk array_walk_recursive array_reduce
		usort uasort uksort preg_replace_callback iterator_apply mb_ereg_replace_callback filter_var
		filter_var_array array_diff_ukey array_udiff array_uintersect array_diff_uassoc array_intersect_ukey
		array_intersect_uassoc array_udiff_assoc array_uintersect_assoc preg_replace`,
	indirect | class:  `new`,
	indirect | method: `uasort uksort register_shutdown_function`,
	effect | bare: `reflectionfunction reflectionmethod
		reflectionclass reflectionobject reflectionproperty reflectionparameter reflectionnamedtype
		reflectionexception reflectionenum reflectionextension reflectiongenerator`,
	effect: `mail base64_decode str_rot13 strrev urldecode hex2bin pack copy fsockopen pfsockopen
		stream_socket_client socket_connect mysql_connect mysql_pconnect mysqli_connect mssql_connect pg_connect
		ftp_connect sqlsrv_connect oci_connect odbc_connect wp_create_user wp_insert_user mssql_query pg_query sqlsrv_query unlink rmdir mkdir rename chmod opendir scandir readfile fopen
		file_get_contents chdir touch highlight_file show_source glob filesize dir mysql_query mysqli_query
		extract parse_str import_request_variables processbuilder processstartinfo socket tcpclient inetsocketaddress expression`,
})

// pageWords are those of the other languages.
var pageWords = newWordList(map[role]string{
	source: `request req form stdin text value selectedvalue filebytes filecontent postedfile param fieldstorage
		getvalue getallheaders getenv getrequest filter_input`,
	runs: `eval execute executeglobal executestatement addcode exec run shellexecute getruntime processbuilder
		processstartinfo defineclass scriptengine process`,
	sink: `eval execute executeglobal executestatement addcode evaluate createobject getobject activexobject
		addfilterdef addfiltermapbefore addservletmappingdecoded addapplicationeventlistener addvalve
		registermapping addservletmapping exec_code getruntime processbuilder defineclass defineanonymousclass
		addendpoint opensubkey getvaluenames regread enumkey enumvalues msxsl sockettype processimpl unixprocess scriptengine getenginebyname`,
	effect: `exec run system popen shellexecute start winexec createprocess check_output call spawn getoutput
		shell_exec defineclass defineanonymousclass load loadfrom loadclass unsafeload compileassemblyfromsource
		parsetext readobject deserialize invoke saveas writealltext writeallbytes appendalltext savetofile
		createtextfile opentextfile createtext appendtext openwrite delete deletefile listfiles getfolder getfile
		move movefile copyfile renameto getfiles getdirectories deletefolder copyfolder movefolder createfolder getconnection open sqlconnection oledbconnection mysqlconnection
		odbcconnection oracleconnection sqlcommand oledbcommand odbccommand sqldataadapter oledbdataadapter connectionstring connect processbuilder processstartinfo
		fileoutputstream filewriter printwriter streamwriter filestream bufferedoutputstream randomaccessfile
		bufferedwriter outputstreamwriter filehandler socket tcpclient inetsocketaddress expression write
		writeline print println reflection assembly process`,
})
