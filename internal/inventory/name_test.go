package inventory

import "testing"

func TestDevicesAreNeverCalledByAWholePath(t *testing.T) {
	f := func(keys, want string) {
		t.Helper()
		if got := resolve(seen("a", keys)).Devices[0].Name; got != want {
			t.Errorf("%s is called %q, want %q", keys, got, want)
		}
	}
	f("place=/evidence/sbom/shop.cdx.json", "shop.cdx.json")
	f("place=/evidence/case.zip!/web01/", "web01")
	f("place=/evidence/shop.json id=artifact:shop@1.0", "shop@1.0")
	f("place=/evidence/shop.json id=artifact:registry.example.org/team/shop:1", "registry.example.org/team/shop:1")
	f("place=/evidence/shop.json id=artifact:./.m2/repository/log4j-core/2.13.2", "log4j-core@2.13.2")
	f("place=/evidence/shop.json id=artifact:/home/build/shop", "shop")
	f(`place=/evidence/shop.json id=artifact:C:\build\shop`, "shop")
	f("place=/evidence/shop.json id=artifact:.", "shop.json")
	f("place=/evidence/shop.json id=asset:12345", "shop.json")
	f("id=image:sha256:a787cb9865032e5b5a407ecdf34b57a23a4a076aaa043d71742ddb6726ec9229", "image a787cb986503")
	f("id=artifact:team/shop:1@sha256:a787cb9865032e5b5a407ecdf34b57a23a4a076aaa043d71742ddb6726ec9229", "team/shop:1@a787cb986503")
	f("place=/evidence/fw.conf name=fw1 id=artifact:shop", "fw1")
}

func TestFilesOfOneNameAreToldApartByTheirFolders(t *testing.T) {
	devices := resolve(seen("a", "place=/sboms/shop/bom.json"), seen("b", "place=/sboms/till/bom.json"), seen("c", "place=/sboms/till/other.json")).Devices
	want := []string{"bom.json (shop)", "bom.json (till)", "other.json"}
	for i, d := range devices {
		if d.Name != want[i] {
			t.Errorf("device %d is called %q, want %q", i, d.Name, want[i])
		}
	}
	if one := resolve(seen("a", "place=/sboms/shop/bom.json")).Devices[0]; one.ID != devices[0].ID {
		t.Errorf("the id %q changes with the name: %q", one.ID, devices[0].ID)
	}
}
