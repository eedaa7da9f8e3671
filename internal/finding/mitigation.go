package finding

import "strings"

// Mitigations of the joint advisory AA24-190A, by key. The order is that of
// the advisory's chapter "Mitigations".
var mitigationNames = []struct{ key, name string }{
	{"logging", "Logging"},
	{"patching", "Patch management"},
	{"segmentation", "Network segmentation"},
	{"unused-services", "Disable unused services, ports and protocols"},
	{"waf", "Web application firewall"},
	{"least-privilege", "Least privilege"},
	{"mfa", "Multi-factor authentication"},
	{"end-of-life", "Replace end-of-life equipment"},
}

// MitigationName returns the name of an advisory mitigation key, the key
// itself if it is not one.
func MitigationName(key string) string {
	for _, m := range mitigationNames {
		if m.key == key {
			return m.name
		}
	}
	return key
}

// mitigated maps ATT&CK techniques, by prefix, to the mitigations that
// hinder them.
var mitigated = []struct {
	technique string
	keys      []string
}{
	{"T1021", []string{"segmentation", "mfa", "unused-services"}},
	{"T1047", []string{"segmentation", "least-privilege"}},
	{"T1053", []string{"least-privilege"}},
	{"T1003", []string{"least-privilege"}},
	{"T1068", []string{"patching"}},
	{"T1070", []string{"logging"}},
	{"T1078", []string{"mfa", "least-privilege"}},
	{"T1098", []string{"least-privilege"}},
	{"T1110", []string{"mfa"}},
	{"T1133", []string{"mfa", "unused-services"}},
	{"T1136", []string{"least-privilege"}},
	{"T1190", []string{"patching", "waf"}},
	{"T1203", []string{"patching"}},
	{"T1210", []string{"patching", "segmentation"}},
	{"T1505", []string{"patching", "waf"}},
	{"T1543", []string{"least-privilege"}},
	{"T1550", []string{"least-privilege", "segmentation"}},
	{"T1557", []string{"unused-services", "segmentation"}},
	{"T1558", []string{"least-privilege"}},
	{"T1562", []string{"logging", "least-privilege"}},
	{"T1570", []string{"segmentation"}},
	{"T1572", []string{"segmentation"}},
	{"T1090", []string{"segmentation"}},
	{"T1187", []string{"segmentation", "unused-services"}},
	{"T1048", []string{"segmentation", "logging"}},
	{"T1567", []string{"segmentation", "logging"}},
}

// MitigationsFor returns the keys of the advisory's mitigations that hinder
// the techniques; [Finding.Normalize] sorts them.
func MitigationsFor(techniques []string) (keys []string) {
	for _, technique := range techniques {
		for _, m := range mitigated {
			if strings.HasPrefix(technique, m.technique) {
				keys = append(keys, m.keys...)
			}
		}
	}
	return keys
}
