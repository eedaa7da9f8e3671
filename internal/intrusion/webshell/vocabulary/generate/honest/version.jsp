<%@ page import="java.io.*" %><%
BufferedReader r = new BufferedReader(new InputStreamReader(application.getResourceAsStream("/META-INF/version.txt")));
out.println(r.readLine()); r.close();
%>
