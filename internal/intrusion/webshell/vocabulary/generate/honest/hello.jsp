<%@ page import="java.util.*" %><% String name = request.getParameter("name"); if (name == null) { name = "visitor"; } %>Hello <%= org.apache.commons.lang.StringEscapeUtils.escapeHtml(name) %>
