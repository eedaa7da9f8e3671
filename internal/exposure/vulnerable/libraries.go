package vulnerable

import "seawall/internal/intel/product"

// libraries are the packages of languages that facts speak of, by ecosystem
// and name. Names of packages mean many things elsewhere (the Python package
// "jira" is not Jira), so that no other package is looked up by its name.
var libraries = map[string]product.Key{
	"maven/log4j-core": "apache/log4j", "maven/log4j": "apache/log4j", "maven/struts2-core": "apache/struts", "maven/tomcat-embed-core": "apache/tomcat",
	"maven/tomcat-coyote": "apache/tomcat", "maven/tomcat-catalina": "apache/tomcat", "maven/activemq-broker": "apache/activemq", "maven/activemq-openwire-legacy": "apache/activemq",
	"maven/solr-core": "apache/solr", "maven/ofbiz": "apache/ofbiz", "maven/shiro-core": "apache/shiro", "maven/spring-beans": "vmware/spring_framework", "maven/spring-webmvc": "vmware/spring_framework",
	"maven/jenkins-core": "jenkins/jenkins", "maven/liferay-portal": "liferay/portal", "maven/xstream": "xstream/xstream",
	"composer/phpunit": "phpunit/phpunit", "composer/phpunit/phpunit": "phpunit/phpunit", "composer/drupal": "drupal/drupal", "composer/drupal/core": "drupal/drupal", "composer/core": "drupal/drupal",
	"npm/react-server-dom-webpack": "meta/react_server_dom", "npm/react-server-dom-parcel": "meta/react_server_dom", "npm/react-server-dom-turbopack": "meta/react_server_dom",
}
