package pattern

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Observation is what was seen, when and how often.
type Observation struct {
	First, Last time.Time
	Number      int
	// Objects are what was seen, by their ids.
	Objects map[string]map[string]any
	// Related are further objects that Objects may refer to.
	Related map[string]map[string]any
}

// ReadObservation reads an observation from JSON: observed data of STIX 2.0
// with its objects, or a bundle of STIX 2.1 with observed data that refers to
// objects of the bundle.
func ReadObservation(data []byte) (*Observation, error) {
	type observed struct {
		Type           string
		First          string                    `json:"first_observed"`
		Last           string                    `json:"last_observed"`
		NumberObserved *int                      `json:"number_observed"`
		Objects        map[string]map[string]any `json:"objects"`
		Refs           []string                  `json:"object_refs"`
	}
	var outer struct {
		Type    string
		Objects json.RawMessage
	}
	if err := json.Unmarshal(data, &outer); err != nil {
		return nil, fmt.Errorf("observation: %w", err)
	}
	related := map[string]map[string]any{}
	if outer.Type == "bundle" {
		var parts []json.RawMessage
		if err := json.Unmarshal(outer.Objects, &parts); err != nil {
			return nil, fmt.Errorf("bundle: %w", err)
		}
		data = nil
		for _, part := range parts {
			var object map[string]any
			if err := json.Unmarshal(part, &object); err != nil {
				return nil, fmt.Errorf("object of a bundle: %w", err)
			}
			if object["type"] == "observed-data" {
				data = part
			} else if id, ok := object["id"].(string); ok {
				related[id] = object
			}
		}
		if data == nil {
			return nil, fmt.Errorf("bundle without observed data")
		}
	}
	var o observed
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, fmt.Errorf("observed data: %w", err)
	}
	first, err := parseTime(o.First)
	if err != nil {
		return nil, err
	}
	last, err := parseTime(o.Last)
	if err != nil {
		return nil, err
	}
	seen := &Observation{First: first, Last: last, Number: 1, Objects: o.Objects, Related: related}
	if o.NumberObserved != nil {
		seen.Number = max(*o.NumberObserved, 1)
	}
	if len(o.Refs) > 0 {
		seen.Objects = map[string]map[string]any{}
		for _, id := range o.Refs {
			if object := related[id]; object != nil {
				seen.Objects[id] = object
			}
		}
	}
	return seen, nil
}

// object returns an object by its id.
func (o *Observation) object(id string) map[string]any {
	if object := o.Objects[id]; object != nil {
		return object
	}
	return o.Related[id]
}

// objects returns the objects with a property for which the comparison holds.
func (c *Comparison) objects(o *Observation) (map[string]bool, error) {
	found := map[string]bool{}
	for id, object := range o.Objects {
		if object["type"] != c.Type {
			continue
		}
		effort := 0
		ok, err := c.walk(o, object, c.Path, "", &effort)
		if err != nil {
			return nil, err
		}
		if ok {
			found[id] = true
		}
	}
	return found, nil
}

// maxEffort bounds the values that one path may lead to.
const maxEffort = 1 << 16

// walk follows a path and reports whether the comparison holds for a value at
// its end. What is not there satisfies nothing.
func (c *Comparison) walk(o *Observation, at any, path []Step, key string, effort *int) (bool, error) {
	if *effort++; *effort > maxEffort {
		return false, ErrEffort
	}
	if len(path) == 0 {
		return c.holds(propertyValue(at, key))
	}
	// The id of another object stands for the object.
	if id, ok := at.(string); ok && (strings.HasSuffix(key, "_ref") || strings.HasSuffix(key, "_refs")) {
		object := o.object(id)
		if object == nil {
			return false, nil
		}
		at = object
	}
	step := path[0]
	if step.Key != "" {
		object, ok := at.(map[string]any)
		if !ok {
			return false, nil
		}
		value, ok := object[step.Key]
		if !ok {
			return false, nil
		}
		return c.walk(o, value, path[1:], step.Key, effort)
	}
	list, ok := at.([]any)
	if !ok {
		return false, nil
	}
	if !step.Every {
		if step.Index < 0 || step.Index >= len(list) {
			return false, nil
		}
		return c.walk(o, list[step.Index], path[1:], key, effort)
	}
	for _, item := range list {
		if ok, err := c.walk(o, item, path[1:], key, effort); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (a *all) objects(o *Observation) (map[string]bool, error) {
	left, err := a.left.objects(o)
	if err != nil {
		return nil, err
	}
	right, err := a.right.objects(o)
	if err != nil {
		return nil, err
	}
	for id := range left {
		if !right[id] {
			delete(left, id)
		}
	}
	return left, nil
}

func (a *alternative) objects(o *Observation) (map[string]bool, error) {
	left, err := a.left.objects(o)
	if err != nil {
		return nil, err
	}
	right, err := a.right.objects(o)
	for id := range right {
		left[id] = true
	}
	return left, err
}
