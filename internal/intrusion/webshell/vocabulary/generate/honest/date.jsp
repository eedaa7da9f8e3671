<%@ page contentType="text/html; charset=UTF-8" %><p>Today is <%= new java.util.Date() %></p>
