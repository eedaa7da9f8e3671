<%@ page import="java.io.*" %><%
Part part = request.getPart("file");
String name = java.util.UUID.randomUUID() + ".bin";
part.write(application.getRealPath("/upload") + "/" + name);
out.println("Stored.");
%>
