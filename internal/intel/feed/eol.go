package feed

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/intel/product"
)

// endOfLifeKeys are products of endoflife.date that carry no usable CPE, by
// their slug.
var endOfLifeKeys = map[string][]product.Key{
	"pan-os": {"paloaltonetworks/pan_os"}, "big-ip": {"f5/big_ip"}, "cisco-ios-xe": {"cisco/ios_xe"}, "sharepoint": {"microsoft/sharepoint_server"},
	"windows-server": {"microsoft/windows"}, "windows": {"microsoft/windows"}, "veeam-backup-and-replication": {"veeam/backup_replication"},
	"apache-http-server": {"apache/http_server"}, "apache-struts": {"apache/struts"}, "tomcat": {"apache/tomcat"}, "php": {"php/php"}, "jira-software": {"atlassian/jira"},
	"bitbucket": {"atlassian/bitbucket"}, "confluence": {"atlassian/confluence"}, "coldfusion": {"adobe/coldfusion"}, "gitlab": {"gitlab/gitlab"}, "fortios": {"fortinet/fortios"},
	"vmware-esxi": {"vmware/esxi"}, "vmware-vcenter": {"vmware/vcenter_server"}, "msexchange": {"microsoft/exchange_server"}, "rhel": {"redhat/enterprise_linux", "/rhel"},
	"debian": {"debian/debian_linux", "/debian"}, "ubuntu": {"canonical/ubuntu_linux", "/ubuntu"}, "centos": {"centos/centos", "/centos"}, "alpine-linux": {"alpinelinux/alpine_linux", "/alpine", "/alpine_linux"},
	"sles": {"suse/linux_enterprise", "/sles"}, "amazon-linux": {"amazon/linux", "/amazon_linux", "/amzn"}, "rocky-linux": {"rocky/rocky_linux", "/rocky", "/rocky_linux"},
	"almalinux": {"almalinux/almalinux", "/almalinux"}, "oracle-linux": {"oracle/linux", "/ol"}, "fedora": {"fedoraproject/fedora", "/fedora"}, "log4j": {"apache/log4j"},
	"routeros": {"mikrotik/routeros"}, "mssqlserver": {"microsoft/sql_server"}, "apache-activemq": {"apache/activemq"}, "proxmox-ve": {"proxmox/virtual_environment", "/proxmox_ve"},
}

// EndOfLife turns the products of endoflife.date, as one JSON list, into the
// lines of the end-of-life table.
func EndOfLife(data []byte) (string, error) {
	products, err := endOfLifeProducts(data)
	if err != nil {
		return "", fmt.Errorf("read end-of-life products: %w", err)
	}
	if len(products) == 0 {
		return "", fmt.Errorf("the list of end-of-life products is empty")
	}
	var b strings.Builder
	newest := ""
	for _, p := range products {
		keys := slices.Clone(endOfLifeKeys[p.Product])
		add := func(k product.Key) {
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
		for _, id := range p.Identifiers {
			if c, ok := product.ParseCPE(id.CPE); ok {
				add(c.Key())
			}
		}
		add(product.New("", p.Title))
		fmt.Fprintf(&b, "product\t%s\t%s\t%s\n", clean(p.Product), clean(p.Title), joinKeys(keys))
		for _, r := range p.Releases {
			latest, build := clean(r.Latest), ""
			if p.Product == "windows" || p.Product == "windows-server" {
				// Versions of Windows are builds; people know its releases by their labels.
				latest, build = strings.TrimPrefix(clean(cmp.Or(r.ReleaseLabel, r.ReleaseCycle)), "Windows Server "), latest
			}
			fmt.Fprintf(&b, "cycle\t%s\t%s\t%s\t%s\n", clean(r.ReleaseCycle), ending(r.EOL), latest, build)
			newest = max(newest, r.LatestReleaseDate)
		}
	}
	return "date\t" + newest + "\n" + b.String(), nil
}

// endOfLifeProduct is a product as the site's own files have it.
type endOfLifeProduct struct {
	Product, Title string
	Identifiers    []struct{ CPE, PURL string }
	Releases       []endOfLifeRelease
}

type endOfLifeRelease struct {
	ReleaseCycle, ReleaseLabel, ReleaseDate, Latest, LatestReleaseDate string
	EOL                                                                any
}

// endOfLifeProducts reads a list of the site's files, or what its interface
// (version 1) answers for all products.
func endOfLifeProducts(data []byte) ([]endOfLifeProduct, error) {
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		var products []endOfLifeProduct
		err := json.Unmarshal(data, &products)
		return products, err
	}
	var answer struct {
		Result []struct {
			Name, Label string
			Identifiers []struct{ ID, Type string }
			Releases    []struct {
				Name, Label, ReleaseDate string
				IsEOL                    bool
				EOLFrom                  *string
				Latest                   *struct{ Name, Date string }
			}
		}
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, err
	}
	var products []endOfLifeProduct
	for _, r := range answer.Result {
		p := endOfLifeProduct{Product: r.Name, Title: r.Label}
		for _, id := range r.Identifiers {
			p.Identifiers = append(p.Identifiers, struct{ CPE, PURL string }{CPE: id.ID})
		}
		for _, release := range r.Releases {
			c := endOfLifeRelease{ReleaseCycle: release.Name, ReleaseLabel: release.Label, ReleaseDate: release.ReleaseDate, EOL: release.IsEOL}
			if release.EOLFrom != nil {
				c.EOL = *release.EOLFrom
			}
			if release.Latest != nil {
				c.Latest, c.LatestReleaseDate = release.Latest.Name, release.Latest.Date
			}
			p.Releases = append(p.Releases, c)
		}
		products = append(products, p)
	}
	return products, nil
}

// ending writes the end of a cycle: a date, or whether it has come.
func ending(v any) string {
	switch v := v.(type) {
	case string:
		return clean(v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	}
	return ""
}

func joinKeys(keys []product.Key) string {
	words := make([]string, len(keys))
	for i, k := range keys {
		words[i] = string(k)
	}
	return strings.Join(words, " ")
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
