<%@ page import="java.sql.*,javax.sql.*,javax.naming.*" %><%
DataSource ds = (DataSource) new InitialContext().lookup("java:comp/env/jdbc/shop");
Connection c = ds.getConnection();
PreparedStatement st = c.prepareStatement("select name from item where id = ?");
st.setInt(1, Integer.parseInt(request.getParameter("id")));
ResultSet rs = st.executeQuery();
while (rs.next()) { %><li><%= rs.getString(1) %></li><% } c.close(); %>
