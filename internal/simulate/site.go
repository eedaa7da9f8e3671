package simulate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// site is the organisation whose evidence it is.
type site struct {
	domain   string // DNS name of the directory
	netbios  string
	people   []person
	services []person // accounts of services
	clients  []string // addresses of the public
	zone     *time.Location
}

// intruders are addresses that nobody else of either case comes from.
var intruders = []string{orbA, orbB, ioc1, ioc2, ioc3}

type person struct {
	name string // firstname.surname, or that of a service
	rid  int
	home string // address at home
	desk string // address in the office
}

var (
	firstNames = strings.Fields("alex amira ben carla chen dana david elena emil fatima george hana ines ivan jana joao karen kofi lena liam maria mei nadia noah olga omar paul priya rosa sam sofia tara tom uma viktor wei yara zoe")
	surnames   = strings.Fields("abbott adler baker banks carter chan costa dawson diaz evans fischer garcia grant harris hughes ito jones khan kim lee lopez martin meyer moore nguyen novak okafor patel reid rossi sato silva singh smith stone tanaka turner vega walsh wong young")
)

func newSite(seed uint64) *site {
	r := rand.New(rand.NewPCG(seed, 1))
	names := []string{"harbour", "northgate", "meridian", "eastvale", "bayline"}
	name := names[r.IntN(len(names))]
	s := &site{domain: name + ".example", netbios: strings.ToUpper(name[:min(len(name), 8)]), zone: sydney()}
	taken := map[string]bool{}
	for i := 0; len(s.people) < 60; i++ {
		n := firstNames[r.IntN(len(firstNames))] + "." + surnames[r.IntN(len(surnames))]
		if taken[n] {
			continue
		}
		taken[n] = true
		k := len(s.people)
		s.people = append(s.people, person{name: n, rid: 1100 + k, home: fmt.Sprintf("198.51.100.%d", 18+k*3), desk: fmt.Sprintf("10.20.8.%d", 20+k)})
	}
	for k, n := range []string{"svc_app", "svc_backup", "svc_sql", "svc_legacy", "svc_print", "svc_report", "svc_scan", "svc_monitor"} {
		s.services = append(s.services, person{name: n, rid: 1300 + k})
	}
	for _, net := range []string{"192.0.2", "203.0.113", "198.51.100"} {
		for i := 1; i < 255; i++ {
			address := fmt.Sprintf("%s.%d", net, i)
			if (net != "198.51.100" || i > 210) && !slices.Contains(intruders, address) {
				s.clients = append(s.clients, address)
			}
		}
	}
	for i := range 2000 {
		s.clients = append(s.clients, fmt.Sprintf("2001:db8:%x:%x::%x", 0x10+i%64, i/64, 1+r.IntN(0xfffe)))
	}
	return s
}

// sydney is the zone of the site: +10 in winter, +11 from 2 October 2022.
func sydney() *time.Location {
	if zone, err := time.LoadLocation("Australia/Sydney"); err == nil {
		return zone
	}
	return time.FixedZone("AEST", 10*60*60)
}

const sidPrefix = "S-1-5-21-1004336348-1177238915-682003330"

func (s *site) service(name string) person {
	for _, p := range s.services {
		if p.name == name {
			return p
		}
	}
	panic("bug: no such account: " + name)
}

// machine is the account of a computer.
func machine(host string) person {
	return person{name: strings.ToUpper(host) + "$", rid: 1500 + len(host)*7 + int(host[len(host)-1])}
}

// agents are browsers of ordinary people.
var agents = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:102.0) Gecko/20100101 Firefox/102.0",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.5 Safari/605.1.15",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 15_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.5 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.0.0 Safari/537.36 Edg/103.0.1264.62",
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
