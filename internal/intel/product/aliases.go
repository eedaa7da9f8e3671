package product

import "strings"

// vendors leads every name of a vendor, as words joined by underscores, to the
// one we use. Companies that were bought keep the name their records go by now.
var vendors = map[string]string{
	"7_zip": "7zip", "adobe": "adobe", "apache": "apache", "apache_software_foundation": "apache", "apache_software": "apache", "apple": "apple", "arcserve": "arcserve",
	"aruba": "hpe", "arubanetworks": "hpe", "hewlett_packard_enterprise": "hpe", "hpe": "hpe",
	"asus": "asus", "asustek": "asus", "atlassian": "atlassian", "barracuda": "barracuda", "barracuda_networks": "barracuda",
	"beyondtrust": "beyondtrust", "broadcom": "vmware", "vmware": "vmware", "omnissa": "vmware",
	"check_point": "checkpoint", "checkpoint": "checkpoint", "cisco": "cisco", "citrix": "citrix", "cloud_software_group": "citrix", "cloud": "citrix", "netscaler": "citrix",
	"cleo": "cleo", "connectwise": "connectwise", "cradlepoint": "cradlepoint", "crushftp": "crushftp",
	"d_link": "dlink", "dlink": "dlink", "draytek": "draytek", "drupal": "drupal", "f5": "f5", "f5_networks": "f5", "fortinet": "fortinet", "fortra": "fortra", "forta": "fortra",
	"gitlab": "gitlab", "gladinet": "gladinet", "hikvision": "hikvision", "ibm": "ibm", "ivanti": "ivanti", "pulse_secure": "ivanti", "pulsesecure": "ivanti", "mobileiron": "ivanti",
	"jetbrains": "jetbrains", "joomla": "joomla", "juniper": "juniper", "juniper_networks": "juniper", "kaseya": "kaseya", "linksys": "linksys",
	"manageengine": "zoho", "zoho": "zoho", "zohocorp": "zoho", "zoho_manageengine": "zoho",
	"microsoft": "microsoft", "mikrotik": "mikrotik", "mitel": "mitel", "netgear": "netgear", "openbsd": "openbsd", "openssh": "openbsd", "openssl": "openssl", "oracle": "oracle",
	"palo_alto": "paloaltonetworks", "palo_alto_networks": "paloaltonetworks", "paloaltonetworks": "paloaltonetworks", "paloalto": "paloaltonetworks",
	"papercut": "papercut", "php": "php", "php_group": "php", "progress": "progress", "progress_software": "progress", "ipswitch": "progress", "telerik": "progress", "kemptechnologies": "progress",
	"proftpd": "proftpd", "qnap": "qnap", "rarlab": "rarlab", "win_rar": "rarlab", "red_hat": "redhat", "redhat": "redhat", "roundcube": "roundcube", "ruckus": "ruckus", "samba": "samba",
	"sap": "sap", "solarwinds": "solarwinds", "sonicwall": "sonicwall", "sonic_wall": "sonicwall", "sophos": "sophos", "synology": "synology", "tp_link": "tplink", "tplink": "tplink",
	"trend_micro": "trendmicro", "trendmicro": "trendmicro", "trellix": "trellix", "mcafee": "trellix", "fireeye": "trellix", "ubiquiti": "ubiquiti", "veeam": "veeam", "veritas": "veritas",
	"watchguard": "watchguard", "wordpress": "wordpress", "wing_ftp": "wftpserver", "wftpserver": "wftpserver", "zimbra": "zimbra", "synacor": "zimbra", "zyxel": "zyxel",
}

// alias leads names of one product to its key. A name is exact, begins with a
// text that ends in "*", or holds one between two "*".
type alias struct {
	vendor, product string
	anyVendor       bool // records write all sorts of vendors for it
	names           []string
}

func (a *alias) match(text string) bool {
	for _, n := range a.names {
		if part, ok := strings.CutSuffix(n, "*"); ok {
			if inner, ok := strings.CutPrefix(part, "*"); ok && strings.Contains(text, inner) || !strings.HasPrefix(part, "*") && strings.HasPrefix(text, part) {
				return true
			}
		} else if text == n {
			return true
		}
	}
	return false
}

// aliases are tried in order; the first that fits wins.
var aliases = []alias{
	{"citrix", "netscaler", false, []string{"netscaler_adc*", "netscaler_gateway*", "netscaler", "adc", "gateway", "adc_and*", "adc_gateway*", "application_delivery_controller*", "netscaler_application_delivery*", "gateway_firmware", "netscaler_vpx", "netscaler_mpx"}},
	{"ivanti", "connect_secure", false, []string{"ics", "connect_secure*", "pulse_connect_secure*", "secure_connect_secure*"}},
	{"ivanti", "policy_secure", false, []string{"ips", "policy_secure*", "pulse_policy_secure*"}},
	{"ivanti", "epmm", false, []string{"epmm", "endpoint_manager_mobile*", "mobileiron_core", "core"}},
	{"ivanti", "cloud_services_appliance", false, []string{"csa", "cloud_services_appliance*", "endpoint_manager_cloud_services_appliance"}},
	{"ivanti", "endpoint_manager", false, []string{"epm", "endpoint_manager"}},
	{"atlassian", "confluence", false, []string{"confluence", "confluence_server*", "confluence_data_center*", "confluence_and*"}},
	{"atlassian", "jira", false, []string{"jira", "jira_server*", "jira_data_center*", "jira_core*", "jira_software*"}},
	{"atlassian", "bitbucket", false, []string{"bitbucket", "bitbucket_server*", "bitbucket_data_center*"}},
	{"f5", "big_iq", false, []string{"big_iq*"}},
	{"f5", "big_ip", false, []string{"big_ip*", "bigip*"}},
	{"apache", "log4j", true, []string{"log4j", "log4j2", "log4j_core", "log4j_log4j_core", "log4j_1_x*", "log4j_2*", "*logging_log4j_log4j_core*", "log4j_log4j", "org_apache_logging_log4j_log4j"}},
	{"apache", "http_server", false, []string{"http_server", "httpd", "httpd_server", "apache", "apache2", "apache_http_server"}},
	{"apache", "tomcat", false, []string{"tomcat", "tomcat_coyote*"}},
	{"apache", "struts", false, []string{"struts", "struts2", "struts_2", "struts2_core", "*apache_struts*"}},
	{"apache", "activemq", false, []string{"activemq", "activemq_classic", "activemq_broker"}},
	{"paloaltonetworks", "pan_os", false, []string{"pan_os", "panos", "pan_os_software", "globalprotect_gateway"}},
	{"paloaltonetworks", "expedition", false, []string{"expedition*"}},
	{"fortinet", "fortios", false, []string{"fortios", "forti_os", "fortigate*", "fortios_fortigate"}},
	{"fortinet", "forticlient_ems", false, []string{"forticlientems", "forticlient_ems*", "forticlient_endpoint_management_server", "forticlient_enterprise_management_server"}},
	{"cisco", "ios_xe", false, []string{"ios_xe*", "ios_xe_software*", "iosxe"}},
	{"cisco", "ios_xr", false, []string{"ios_xr*"}},
	{"cisco", "nx_os", false, []string{"nx_os*", "nexus_operating_system*"}},
	{"cisco", "ftd", false, []string{"ftd", "firepower_threat_defense*", "secure_firewall_threat_defense*", "firepower_threat_defence*"}},
	{"cisco", "fmc", false, []string{"firepower_management_center*", "secure_firewall_management_center*", "fmc"}},
	{"cisco", "asa", false, []string{"asa", "asa_software", "adaptive_security_appliance*", "asa_firmware", "asa_5500*"}},
	{"cisco", "ios", false, []string{"ios", "ios_software", "ios_and_ios_xe*", "ios_12_*", "ios_15_*"}},
	{"juniper", "junos_evolved", false, []string{"junos_os_evolved*", "junos_evolved", "evo"}},
	{"juniper", "junos", false, []string{"junos*", "junos_os*"}},
	{"vmware", "esxi", false, []string{"esxi*", "vsphere_esxi", "esx*"}},
	{"vmware", "vcenter_server", false, []string{"vcenter*", "vsphere_vcenter*", "center_server*"}},
	{"rarlab", "winrar", true, []string{"winrar*"}},
	{"sonicwall", "sma1000", false, []string{"sma1000*", "sma_1000*", "sma_6210*", "sma_7210*", "sma_8200v*"}},
	{"sonicwall", "sma100", false, []string{"sma100*", "sma_100*", "sma_200*", "sma_210*", "sma_400*", "sma_410*", "sma_500*"}},
	{"sonicwall", "sonicos", false, []string{"sonicos*", "gen_7*", "gen7*", "gen_6*", "gen6*", "nsa*", "tz*"}},
	{"progress", "moveit_transfer", false, []string{"moveit_transfer*", "moveit", "transfer"}},
	{"progress", "telerik_ui", false, []string{"ui_for_asp_net_ajax*", "telerik_ui_for_asp_net*", "asp_net_ajax"}},
	{"progress", "ws_ftp", false, []string{"ws_ftp*"}},
	{"progress", "whatsup_gold", false, []string{"whatsup*"}},
	{"progress", "loadmaster", false, []string{"loadmaster*"}},
	{"connectwise", "screenconnect", true, []string{"screenconnect*", "connectwise_control", "control"}},
	{"papercut", "papercut", false, []string{"ng", "mf", "papercut", "papercut_ng*", "papercut_mf*", "ng_mf", "mf_ng", "mf_and*", "ng_and*"}},
	{"barracuda", "email_security_gateway", false, []string{"email_security_gateway*", "esg"}},
	{"openbsd", "openssh", true, []string{"openssh", "openssh_server", "openssh_client*", "portable_openssh"}},
	{"zoho", "servicedesk_plus_msp", false, []string{"servicedesk_plus_msp*"}},
	{"zoho", "servicedesk_plus", false, []string{"servicedesk_plus*", "service_desk_plus*"}},
	{"zoho", "adselfservice_plus", false, []string{"adselfservice_plus*"}},
	{"zoho", "desktop_central", false, []string{"desktop_central*", "endpoint_central*"}},
	{"checkpoint", "gaia", false, []string{"quantum_security_gateway*", "security_gateway*", "quantum*", "cloudguard_network*", "gaia*", "checkpoint*"}},
	{"solarwinds", "web_help_desk", false, []string{"web_help_desk*", "webhelpdesk"}},
	{"solarwinds", "serv_u", false, []string{"serv_u*"}},
	{"jetbrains", "teamcity", false, []string{"teamcity*"}},
	{"zimbra", "collaboration", false, []string{"collaboration*", "zimbra", "zcs", "collaboration_suite*"}},
	{"oracle", "weblogic_server", false, []string{"weblogic*"}},
	{"adobe", "commerce", false, []string{"commerce", "magento_commerce", "magento", "magento_open_source"}},
	{"adobe", "coldfusion", false, []string{"coldfusion*", "cold_fusion*"}},
	{"fortra", "goanywhere_mft", true, []string{"goanywhere*"}},
	{"qnap", "qts", false, []string{"qts", "qts_os"}},
	{"synology", "diskstation_manager", false, []string{"dsm", "diskstation_manager*"}},
	{"mikrotik", "routeros", false, []string{"routeros*"}},
	{"drupal", "drupal", false, []string{"drupal", "drupal_core", "core"}},
	{"phpunit", "phpunit", true, []string{"phpunit", "phpunit_phpunit"}},
	{"meta", "react_server_dom", true, []string{"react_server_dom*"}},
	{"veeam", "backup_replication", false, []string{"backup_and_replication*", "backup_replication*"}},
	{"beyondtrust", "remote_support", false, []string{"remote_support*", "remote_support_rs*", "privileged_remote_access*"}},
	{"crushftp", "crushftp", true, []string{"crushftp*"}},
	{"gitlab", "gitlab", true, []string{"gitlab", "gitlab_ce*", "gitlab_ee*", "gitlab_community*", "gitlab_enterprise*"}},
	{"roundcube", "roundcube", true, []string{"roundcube", "roundcube_webmail", "webmail", "roundcubemail"}},
	{"microsoft", "exchange_server", false, []string{"exchange_server*", "ms_exchange*", "exchange_20*"}},
	{"microsoft", "sharepoint_server", false, []string{"sharepoint*", "ms_sharepoint*"}},
	{"microsoft", "windows", false, []string{"windows_server*", "windows_10*", "windows_11*", "windows_7*", "windows_8*"}},
	{"linux", "kernel", true, []string{"linux_kernel"}},
	{"linux", "kernel", false, []string{"kernel", "linux"}},
	{"vmware", "spring_framework", true, []string{"spring_framework", "spring_beans", "spring_webmvc", "spring_core"}},
	{"sudo", "sudo", true, []string{"sudo"}},
	{"exim", "exim", true, []string{"exim", "exim4", "mail_transfer_agent_mta", "exim_internet_mailer*"}},
	{"geoserver", "geoserver", true, []string{"geoserver*"}},
	{"vmware", "aria_operations_for_networks", false, []string{"aria_operations_for_networks*", "vrealize_network_insight*"}},
	{"php", "php", false, []string{"php", "php_cgi"}},
}

// microsoft leads the names of Microsoft's products, which carry releases and
// platforms, to one key each.
func microsoft(text string) string {
	switch {
	case strings.HasPrefix(text, "exchange"):
		return "exchange_server"
	case strings.HasPrefix(text, "sharepoint"), strings.HasPrefix(text, "office_sharepoint"):
		return "sharepoint_server"
	case strings.HasPrefix(text, "windows_10"), strings.HasPrefix(text, "windows_11"), strings.HasPrefix(text, "windows_server"), strings.HasPrefix(text, "windows_7"),
		strings.HasPrefix(text, "windows_8"), strings.HasPrefix(text, "windows_rt"), strings.HasPrefix(text, "windows_vista"), strings.HasPrefix(text, "windows_xp"), text == "windows":
		return "windows"
	case strings.HasPrefix(text, "edge"):
		return "edge"
	case strings.HasPrefix(text, "internet_explorer"):
		return "internet_explorer"
	case strings.HasPrefix(text, "net_framework"):
		return "net_framework"
	case strings.HasPrefix(text, "sql_server"):
		return "sql_server"
	}
	return text
}
