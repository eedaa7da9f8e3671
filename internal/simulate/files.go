package simulate

import (
	"crypto/md5"
	"encoding/hex"
)

// fakeMD5 is a hash that follows from a name: no file lies behind it.
func fakeMD5(name string) string {
	sum := md5.Sum([]byte("seawall simulation " + name))
	return hex.EncodeToString(sum[:])
}

// advisoryFiles are the files of the advisory's first case, by their hashes in
// its appendix.
var advisoryFiles = []struct{ name, md5 string }{
	{"horizon.jsp", "26a5a7e71a601be991073c78d513dee3"},
	{"Index_jsp$ProxyEndpoint$Attach.class", "87c88f06a7464db2534bc78ec2b915de"},
	{"Index_jsp.class", "6a9bc68c9bc5cefaf1880ae6ffb1d0ca"},
	{"Index_jsp.java", "64454645a9a21510226ab29e01e76d39"},
	{"Index_jsp$ProxyEndpoint.class", "e2175f91ce3da2e8d46b0639e941e13f"},
	{"Index_jsp$ProxyEndpoint$1.class", "9f89f069466b8b5c9bf25c9374a4daf8"},
	{"Index_jsp$ProxyEndpoint$2.class", "187d6f2ed2c80f805461d9119a5878ac"},
	{"Nova_jsp.class", "ed7178cec90ed21644e669378b3a97ec"},
	{"Nova_jsp$TomcatListenerMemShellFromThread.class", "5bf7560d0a638e34035f85cd3788e258"},
	{"Nova_jsp.java", "e02be0dc614523ddd7a28c9e9d500cff"},
}
