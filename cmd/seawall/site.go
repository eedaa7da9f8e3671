package main

import (
	"fmt"
	"io"
	"net/netip"
	"os"

	"seawall/internal/intrusion"
	"seawall/internal/intrusion/asn"
	"seawall/internal/intrusion/knowngood"
	"seawall/internal/intrusion/watchlist"
)

// siteFlags say what the user knows of the place the evidence comes from.
type siteFlags struct {
	Internal   []netip.Prefix `help:"Networks that belong to the site, such as 192.0.2.0/24; may be repeated. Without it they are inferred: private ranges, what sensors call local, the address all traffic shares." placeholder:"CIDR"`
	KnownGood  []string       `name:"known-good" help:"Clean copy (folder) or list of hashes of what web servers should hold; may be repeated. Files in it are not looked at, and what differs from it is reported." type:"path" placeholder:"PATH"`
	Indicators []string       `help:"List of indicators to look out for: addresses, networks, domains, URLs, digests, JA3, JA4, one a line or in a table (CSV), also defanged; may be repeated." type:"existingfile" placeholder:"FILE"`
	ASN        []string       `name:"asn" help:"Whose network an address lies in: a MaxMind database, or a CSV of ranges, number and name; may be repeated." type:"existingfile" placeholder:"FILE"`
	Outside    []string       `help:"Scans that were made from the Internet: files or folders of the evidence; what they found open is exposed. May be repeated. Exports of Shodan and Censys need not be named." type:"path" placeholder:"PATH"`
	RITA       bool           `name:"rita" help:"Add the scores that the program RITA gives every pair of hosts."`
}

// site makes of the flags what detectors ask.
func (f *siteFlags) site() (*intrusion.Site, error) {
	site := &intrusion.Site{Internal: f.Internal, Outside: f.Outside, RITA: f.RITA}
	for _, path := range f.Indicators {
		if site.Watch == nil {
			site.Watch = watchlist.New()
		}
		before := site.Watch.Len()
		err := opened(path, func(r io.Reader) error {
			_, err := site.Watch.Read(r, path)
			return err
		})
		if err != nil {
			return nil, err
		}
		if site.Watch.Len() == before {
			return nil, fmt.Errorf("%s names no indicator that is not already listed", path)
		}
	}
	for _, path := range f.ASN {
		if site.Networks == nil {
			site.Networks = &asn.Table{}
		}
		if err := opened(path, site.Networks.Read); err != nil {
			return nil, err
		}
	}
	if len(f.KnownGood) > 0 {
		var err error
		if site.KnownGood, err = knowngood.Load(f.KnownGood...); err != nil {
			return nil, err
		}
	}
	return site, nil
}

// opened calls read on a file; errors name it.
func opened(path string, read func(io.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := read(file); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
