package winevent

import "strings"

// eventPath is where a value stands in the XML of an event.
type eventPath struct {
	elements  []string // below Event: "EventData", "Data"
	attribute string   // "" for the text of the last element
	given     string   // its Name, if the last element is Data or ComplexData
}

// target names the field as the reader of event logs does: attributes are
// named after their element, but for the well-known ones of the header.
func (p eventPath) target() target {
	if len(p.elements) == 0 || p.attribute == "xmlns" || strings.HasPrefix(p.attribute, "xmlns:") {
		return target{}
	}
	section, element := p.elements[0], p.elements[len(p.elements)-1]
	path := "Event/" + strings.Join(p.elements, "/")
	if section == "System" {
		return p.header(path)
	}
	name := element
	if element == "Data" || element == "ComplexData" {
		if p.attribute == "Name" {
			return target{}
		}
		if p.given != "" {
			name = strings.ReplaceAll(p.given, " ", "")
			path += "[@Name='" + p.given + "']"
		}
	}
	if p.attribute != "" {
		name += "_" + p.attribute
		path += "/@" + p.attribute
	}
	if section == "RenderingInfo" {
		if name != "Message" {
			name = "RenderingInfo_" + name
		}
		return target{name: name, path: path}
	}
	t := dataField(name)
	t.path = path
	return t
}

func (p eventPath) header(path string) target {
	if len(p.elements) < 2 {
		return target{}
	}
	element := p.elements[len(p.elements)-1]
	name := element
	if p.attribute != "" {
		name += "_" + p.attribute
		path += "/@" + p.attribute
	}
	switch name {
	case "EventID_Qualifiers", "Provider_EventSourceName":
		name = p.attribute
	case "TimeCreated_SystemTime":
		name = element
	}
	t := target{name: name, path: path}
	if known, ok := headerPaths[name]; ok && systemPath+known == path {
		t = headerField(name)
	}
	return t
}
